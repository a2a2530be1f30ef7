package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.money.Money;
import dev.orderengine.order.CustomerDetails;
import dev.orderengine.order.Fault;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.OrderLine;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.order.PlaceOrder;
import dev.orderengine.support.OrderRequests;
import io.vertx.core.buffer.Buffer;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceOrderDecoderTest {

    private static final Currency USD = Currency.getInstance("USD");

    private final RequestBody bodies = new RequestBody(JsonMapping.create());

    @Test
    void decode_theExampleOfTheSpecification_readsEachField() {
        PlaceOrder order = good(OrderRequests.example().toString());

        assertThat(order)
                .isEqualTo(new PlaceOrder(
                        "c-1001",
                        List.of(new OrderLine("sku-0001", 2, Money.parse("19.99", USD))),
                        USD,
                        PaymentMethod.CREDIT_CARD,
                        "tok_visa",
                        "1 Main St, Springfield",
                        new CustomerDetails("a@example.com", "A"),
                        FulfillmentChannel.WAREHOUSE,
                        Money.parse("39.98", USD),
                        Map.of("source", "web")));
    }

    @Test
    void decode_theLeastThereCanBe_hasDefaults() {
        PlaceOrder order = good(
                "{\"customer_id\":\"c\",\"items\":[{\"product_id\":\"p\",\"quantity\":1}],\"payment_method\":\"bank_transfer\"}");

        assertThat(order)
                .isEqualTo(new PlaceOrder(
                        "c",
                        List.of(new OrderLine("p", 1, null)),
                        USD,
                        PaymentMethod.BANK_TRANSFER,
                        null,
                        null,
                        CustomerDetails.NONE,
                        null,
                        null,
                        Map.of()));
    }

    @Test
    void decode_nullsOfOptionalFields_readAsAbsent() {
        PlaceOrder order = good(
                "{\"customer_id\":\"c\",\"items\":[{\"product_id\":\"p\",\"quantity\":1,\"unit_price\":null}],"
                        + "\"payment_method\":\"bank_transfer\",\"payment_token\":null,\"currency\":null,\"customer\":null,"
                        + "\"fulfillment_channel\":null,\"expected_total\":null,\"metadata\":null,\"shipping_address\":null}");

        assertThat(order.currency()).isEqualTo(USD);
        assertThat(order.customer()).isEqualTo(CustomerDetails.NONE);
        assertThat(order.metadata()).isEmpty();
    }

    @Test
    void decode_nothing_namesAllThatIsRequired() {
        assertThat(faults("{}"))
                .containsExactlyInAnyOrder("/customer_id required", "/items required", "/payment_method required");
    }

    @Test
    void decode_manyFaults_namesThemAllAtOnce() {
        assertThat(faults("""
                        {"customer_id": 1, "typo": 1, "a/b~c": 2, "currency": "???", "payment_method": "cash",
                         "items": [{"product_id": "p", "quantity": 0, "x": 1}, 7, {"product_id": "p"}, {"quantity": "1"}],
                         "shipping_address": "", "customer": {"email": "x", "phone": "1"}, "fulfillment_channel": "boat",
                         "metadata": {"k": 1, "a/b": []}}"""))
                .containsExactlyInAnyOrder(
                        "/customer_id wrong_type",
                        "/typo unknown_field",
                        "/a~1b~0c unknown_field",
                        "/currency unknown_currency",
                        "/payment_method unknown_payment_method",
                        "/items/0/quantity out_of_range",
                        "/items/0/x unknown_field",
                        "/items/1 wrong_type",
                        "/items/2/product_id duplicate_product",
                        "/items/2/quantity required",
                        "/items/3/product_id required",
                        "/items/3/quantity wrong_type",
                        "/shipping_address out_of_range",
                        "/customer/email invalid_format",
                        "/customer/phone unknown_field",
                        "/fulfillment_channel unknown_channel",
                        "/metadata/k wrong_type",
                        "/metadata/a~1b wrong_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "\"x\"", "[]", "true", "1.5"})
    void decode_whatIsNoObject_isOneFaultAtTheRoot(String body) {
        assertThat(faults(body)).containsExactly(" wrong_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "A.b_c:d-9"})
    void decode_aCustomerIdOfTheRightForm_isTaken(String id) {
        assertThat(good(example(order -> order.put("customer_id", id))).customerId())
                .isEqualTo(id);
        assertThat(good(example(order -> order.put("customer_id", "x".repeat(64))))
                        .customerId())
                .hasSize(64);
    }

    @ParameterizedTest
    @CsvSource({
        "'',out_of_range",
        "c 1,invalid_format",
        "c/1,invalid_format",
        "ü,invalid_format",
        "' c',invalid_format",
        "'c\n',invalid_format"
    })
    void decode_aCustomerIdOfAnotherForm_isAFault(String id, String code) {
        assertThat(faults(example(order -> order.put("customer_id", id)))).containsExactly("/customer_id " + code);
    }

    @Test
    void decode_aCustomerIdThatIsTooLong_isAFault() {
        assertThat(faults(example(order -> order.put("customer_id", "x".repeat(65)))))
                .containsExactly("/customer_id out_of_range");
    }

    @Test
    void decode_itemsWithinAndBeyondTheirNumber() {
        assertThat(good(withItems(1)).items()).hasSize(1);
        assertThat(good(withItems(100)).items()).hasSize(100);
        assertThat(faults(withItems(101))).containsExactly("/items out_of_range");
        assertThat(faults(withItems(0))).containsExactly("/items out_of_range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1000"})
    void decode_aQuantityWithinBounds_isTaken(String quantity) {
        assertThat(good(withQuantity(quantity)).items().get(0).quantity()).isEqualTo(Integer.parseInt(quantity));
    }

    @ParameterizedTest
    @CsvSource({
        "0,out_of_range",
        "1001,out_of_range",
        "-1,out_of_range",
        "2147483648,out_of_range",
        "99999999999999999999999999,out_of_range",
        "1.0,wrong_type",
        "1.5,wrong_type",
        "1e2,wrong_type",
        "1e309,wrong_type",
        "1E400000000,wrong_type",
        "'\"1\"',wrong_type",
        "true,wrong_type",
        "null,required",
        "[1],wrong_type"
    })
    void decode_anotherQuantity_isAFault(String quantity, String code) {
        assertThat(faults(withQuantity(quantity))).containsExactly("/items/0/quantity " + code);
    }

    @ParameterizedTest
    @CsvSource({
        "USD,'\"19.99\"',1999",
        "USD,19.99,1999",
        "USD,19.9,1990",
        "USD,0,0",
        "USD,20,2000",
        "JPY,300,300",
        "KWD,1.234,1234",
        "USD,92233720368547758.07,9223372036854775807"
    })
    void decode_anAmount_isExactInMinorUnits(String currency, String amount, long minor) {
        PlaceOrder order = good(withTotal(currency, amount));

        assertThat(order.expectedTotal()).isEqualTo(new Money(minor, Currency.getInstance(currency)));
    }

    @ParameterizedTest
    @CsvSource({
        "USD,19.999,invalid_amount",
        "USD,19.990,invalid_amount",
        "JPY,1.5,invalid_amount",
        "JPY,1.0,invalid_amount",
        "KWD,1.2345,invalid_amount",
        "USD,-1,invalid_amount",
        "USD,1e2,invalid_amount",
        "USD,1e309,invalid_amount",
        "USD,1E400000000,invalid_amount",
        "USD,1E-400000000,invalid_amount",
        "USD,99999999999999999999,invalid_amount",
        "USD,'\"NaN\"',invalid_amount",
        "USD,'\"1,00\"',invalid_amount",
        "USD,'\"\"',invalid_amount",
        "USD,'\" 1\"',invalid_amount",
        "USD,'\"\u0661\"',invalid_amount",
        "USD,true,wrong_type",
        "USD,{},wrong_type"
    })
    void decode_anotherAmount_isAFault(String currency, String amount, String code) {
        assertThat(faults(withTotal(currency, amount))).containsExactly("/expected_total " + code);
    }

    @Test
    void decode_amountsInAnUnknownCurrency_areNotFaultsOfTheirOwn() {
        assertThat(faults(withTotal("XXL", "19.999"))).containsExactly("/currency unknown_currency");
    }

    @ParameterizedTest
    @ValueSource(strings = {"usd", "US", "USDX", "XXX", "XAU"})
    void decode_whatIsNoCurrencyWithMoney_isAFault(String currency) {
        assertThat(faults(example(order -> {
                    order.put("currency", currency);
                    order.remove("expected_total");
                    ((ObjectNode) order.get("items").get(0)).remove("unit_price");
                })))
                .containsExactly("/currency unknown_currency");
    }

    @ParameterizedTest
    @ValueSource(strings = {"credit_card", "paypal", "stripe"})
    void decode_aPaymentMethodThatCharges_needsAToken(String method) {
        PlaceOrder order = good(example(body -> body.put("payment_method", method)));

        assertThat(order.paymentMethod().wire()).isEqualTo(method);
        assertThat(order.paymentToken()).isEqualTo("tok_visa");
        assertThat(faults(example(body -> body.put("payment_method", method).remove("payment_token"))))
                .containsExactly("/payment_token required");
    }

    @Test
    void decode_aBankTransferWithAToken_isAFault() {
        assertThat(faults(example(order -> order.put("payment_method", "bank_transfer"))))
                .containsExactly("/payment_token not_allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREDIT_CARD", "Paypal", "cred\u0131t_card", "cash", "credit-card"})
    void decode_aPaymentMethodOfAnotherName_isAFault(String method) {
        assertThat(faults(example(order -> order.put("payment_method", method))))
                .containsExactly("/payment_method unknown_payment_method");
    }

    @ParameterizedTest
    @ValueSource(strings = {"warehouse", "store_pickup", "dropship", "digital"})
    void decode_eachChannel_isTaken(String channel) {
        assertThat(good(example(order -> order.put("fulfillment_channel", channel)))
                        .channel()
                        .wire())
                .isEqualTo(channel);
    }

    @Test
    void decode_textsWithinAndBeyondTheirLengths() {
        assertBounds("shipping_address", 512);
        assertBounds("payment_token", 255);
        assertThat(faults(example(order -> order.withObjectProperty("customer").put("name", "n".repeat(201)))))
                .containsExactly("/customer/name out_of_range");
        good(example(order -> order.withObjectProperty("customer").put("name", "n".repeat(200))));
    }

    @ParameterizedTest
    @CsvSource({"a@b,", "a.b+c@d.example,", "a b@c,x", "@b,x", "a@,x", "a@b@c,x", "a,x"})
    void decode_anEmail_hasTheFormOfOne(String email, String fault) {
        List<String> faults =
                faults(example(order -> order.withObjectProperty("customer").put("email", email)));

        assertThat(faults).isEqualTo(fault == null ? List.of() : List.of("/customer/email invalid_format"));
    }

    @Test
    void decode_metadataWithinAndBeyondItsBounds() {
        assertThat(good(withMetadata(20)).metadata()).hasSize(20);
        assertThat(faults(withMetadata(21))).containsExactly("/metadata out_of_range");
        assertThat(good(withEntry("k".repeat(64), "v".repeat(500))).metadata()).hasSize(1);
        assertThat(faults(withEntry("k".repeat(65), "v"))).containsExactly("/metadata out_of_range");
        assertThat(faults(withEntry("", "v"))).containsExactly("/metadata out_of_range");
        assertThat(faults(withEntry("k\u0000", "v"))).containsExactly("/metadata out_of_range");
        assertThat(faults(withEntry("k", "v".repeat(501)))).containsExactly("/metadata/k out_of_range");
        assertThat(faults(withEntry("k", ""))).containsExactly("/metadata/k out_of_range");
        assertThat(faults(example(order -> order.put("metadata", "x")))).containsExactly("/metadata wrong_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "a\\u0007", "\\uD800", "\\uDC00", "\\uDC00\\uD800", "\\u007f", "x\\uD83D"})
    void decode_whatPostgresCouldNotKeep_isAFault(String escaped) {
        String body = example(order -> order.put("shipping_address", "@")).replace("\"@\"", "\"" + escaped + "\"");

        assertThat(faults(body)).containsExactly("/shipping_address invalid_character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"line\\none", "tab\\t", "\\r\\n", "\\uD83D\\uDE00", "\u00e9\u4e2d"})
    void decode_otherTexts_areTakenAsTheyAre(String escaped) {
        String body = example(order -> order.put("shipping_address", "@")).replace("\"@\"", "\"" + escaped + "\"");

        assertThat(good(body).shippingAddress()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{} x",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":-Infinity}",
                "{\"a\":1E99999999999}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":+1}",
                "{\"a\":01}",
                "{a:1}",
                "{'a':1}",
                "/* */{}"
            })
    void read_whatIsNoJson_isMalformed(String body) {
        assertThatThrownBy(() -> bodies.read(Buffer.buffer(body)))
                .isInstanceOfSatisfying(ProblemException.class, fault -> {
                    assertThat(fault.problem().status()).isEqualTo(400);
                    assertThat(fault.problem().code()).isEqualTo("malformed_json");
                });
    }

    @Test
    void read_numbersAndNestingBeyondTheirBounds_isMalformed() {
        for (String body :
                List.of("{\"a\":" + "1".repeat(65) + "}", "[".repeat(33) + "]".repeat(33), "[".repeat(100_000))) {
            assertThatThrownBy(() -> bodies.read(Buffer.buffer(body))).isInstanceOf(ProblemException.class);
        }
        bodies.read(Buffer.buffer("[".repeat(31) + "]".repeat(31)));
    }

    @Test
    void read_malformedJson_neverRepeatsWhatWasSent() {
        assertThatThrownBy(() -> bodies.read(Buffer.buffer("{\"a\": 4242424242424242x}")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        fault -> assertThat(fault.problem().detail()).doesNotContain("4242"));
    }

    @Test
    void read_noBody_isMalformed() {
        assertThatThrownBy(() -> bodies.read(null)).isInstanceOf(ProblemException.class);
    }

    @Test
    void read_cardNumbersAnywhere_areAllNamed() {
        assertThatThrownBy(() -> bodies.read(Buffer.buffer("""
                        {"a": "4242424242424242", "b": [1, {"c": 4111111111111111}], "4242 4242 4242 4242": 1, "d": "tok_visa"}""")))
                .isInstanceOfSatisfying(ProblemException.class, fault -> {
                    assertThat(fault.problem().status()).isEqualTo(422);
                    assertThat(fault.problem().errors())
                            .extracting(Fault::pointer)
                            .containsExactly("/a", "/b/1/c", "");
                    assertThat(fault.problem().errors())
                            .extracting(Fault::code)
                            .containsOnly("card_number_not_allowed");
                });
    }

    @Test
    void order_asText_hidesTokenAndAddress() {
        assertThat(good(OrderRequests.example().toString()).toString())
                .contains("c-1001")
                .doesNotContain("tok_visa", "Main St", "a@example.com");
    }

    private void assertBounds(String field, int max) {
        good(example(order -> order.put(field, "x".repeat(max))));
        assertThat(faults(example(order -> order.put(field, "x".repeat(max + 1)))))
                .containsExactly("/" + field + " out_of_range");
        assertThat(faults(example(order -> order.put(field, "")))).containsExactly("/" + field + " out_of_range");
        assertThat(faults(example(order -> order.put(field, 7)))).containsExactly("/" + field + " wrong_type");
    }

    private static String example(Consumer<ObjectNode> change) {
        ObjectNode order = OrderRequests.example();
        change.accept(order);
        return order.toString();
    }

    private static String withItems(int count) {
        return example(order -> {
            order.putArray("items");
            IntStream.range(0, count).forEach(i -> OrderRequests.with(order, "p-" + i, 1));
        });
    }

    private static String withQuantity(String json) {
        return example(order -> {}).replace("\"quantity\":2", "\"quantity\":" + json);
    }

    private static String withTotal(String currency, String json) {
        return example(order -> {
                    order.put("currency", currency);
                    ((ObjectNode) order.get("items").get(0)).remove("unit_price");
                })
                .replace("\"39.98\"", json);
    }

    private static String withMetadata(int entries) {
        return example(order -> order.set(
                "metadata",
                IntStream.range(0, entries)
                        .mapToObj(i -> "k" + i)
                        .collect(Collectors.collectingAndThen(Collectors.toList(), names -> {
                            ObjectNode metadata = order.objectNode();
                            names.forEach(name -> metadata.put(name, "v"));
                            return metadata;
                        }))));
    }

    private static String withEntry(String name, String value) {
        return example(order -> order.set("metadata", order.objectNode().put(name, value)));
    }

    private PlaceOrder good(String body) {
        Decoded<PlaceOrder> decoded = PlaceOrderDecoder.decode(bodies.read(Buffer.buffer(body)));
        assertThat(decoded.faults()).isEmpty();
        return decoded.value();
    }

    private List<String> faults(String body) {
        return PlaceOrderDecoder.decode(bodies.read(Buffer.buffer(body))).faults().stream()
                .map(fault -> fault.pointer() + " " + fault.code())
                .toList();
    }
}
