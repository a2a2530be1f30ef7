package dev.orderengine.fulfilment;

import static dev.orderengine.order.FulfillmentChannel.DIGITAL;
import static dev.orderengine.order.FulfillmentChannel.DROPSHIP;
import static dev.orderengine.order.FulfillmentChannel.STORE_PICKUP;
import static dev.orderengine.order.FulfillmentChannel.WAREHOUSE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.inventory.StockUnits;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.ProductUnits;
import dev.orderengine.order.Shelf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouterTest {

    private static final Set<FulfillmentChannel> MAIN = Set.of(WAREHOUSE, DROPSHIP, DIGITAL);
    private static final Set<FulfillmentChannel> CITY = Set.of(STORE_PICKUP, WAREHOUSE);

    @Test
    void route_withoutAWish_sendsFromWhereItIsReservedByTheFirstChannelOfTheLocation() {
        List<Router.Parcel> parcels =
                found(List.of(units("a", 2)), List.of(shelf("a", "city", Set.of(DIGITAL, STORE_PICKUP), 2, 0)), null);

        assertThat(parcels).containsExactly(new Router.Parcel(STORE_PICKUP, "city", List.of(units("a", 2)), List.of()));
    }

    @Test
    void route_unitsAtTwoLocations_makesTwoParcels() {
        List<Router.Parcel> parcels = found(
                List.of(units("a", 5)), List.of(shelf("a", "city", CITY, 2, 9), shelf("a", "main", MAIN, 3, 9)), null);

        assertThat(parcels).extracting(Router.Parcel::locationId).containsExactly("city", "main");
    }

    @Test
    void route_someOfTheUnits_takesTheLocationThatCanSendMost() {
        List<Router.Parcel> parcels = found(
                List.of(units("a", 2), units("b", 1)),
                List.of(shelf("a", "city", CITY, 2, 0), shelf("a", "main", MAIN, 2, 0), shelf("b", "main", MAIN, 1, 0)),
                null);

        assertThat(parcels).extracting(Router.Parcel::locationId).containsExactly("main");
    }

    @Test
    void route_equalLocations_takesTheFirstById() {
        List<Shelf> shelves = new ArrayList<>(List.of(shelf("a", "x", MAIN, 1, 0), shelf("a", "b", MAIN, 1, 0)));

        assertThat(found(List.of(units("a", 1)), shelves, null).get(0).locationId())
                .isEqualTo("b");
        Collections.reverse(shelves);
        assertThat(found(List.of(units("a", 1)), shelves, null).get(0).locationId())
                .isEqualTo("b");
    }

    @Test
    void route_byAChannelThatTheLocationDoesNotServe_movesTheReservation() {
        List<Router.Parcel> parcels = found(
                List.of(units("a", 2)),
                List.of(shelf("a", "city", CITY, 2, 0), shelf("a", "main", MAIN, 0, 5)),
                DIGITAL);

        assertThat(parcels)
                .containsExactly(new Router.Parcel(
                        DIGITAL, "main", List.of(units("a", 2)), List.of(new StockUnits("a", "city", 2))));
    }

    @Test
    void route_whatMoves_goesRatherWhereAParcelLeavesAnyway() {
        List<Router.Parcel> parcels = found(
                List.of(units("a", 1), units("b", 1)),
                List.of(
                        shelf("a", "z", MAIN, 1, 0),
                        shelf("b", "city", CITY, 1, 0),
                        shelf("b", "k", MAIN, 0, 50),
                        shelf("b", "z", MAIN, 0, 1)),
                DROPSHIP);

        assertThat(parcels).extracting(Router.Parcel::locationId).containsExactly("z");
    }

    @Test
    void route_noLocationServesWithEnough_saysWhatIsMissing() {
        Router.Route route = Router.route(
                List.of(units("a", 3)),
                List.of(shelf("a", "city", CITY, 3, 0), shelf("a", "main", MAIN, 0, 2)),
                DIGITAL);

        assertThat(route)
                .isInstanceOfSatisfying(
                        Router.Route.NotServed.class,
                        none -> assertThat(none.missing()).containsExactly(Map.entry("a", 1)));
    }

    @Test
    void route_anyOrder_sendsExactlyWhatIsWantedAndTakesNoMoreThanThereIs() {
        Random random = new Random(20261124);
        for (int n = 0; n < 2_000; n++) {
            List<Shelf> shelves = shelves(random);
            List<ProductUnits> wanted = held(shelves).entrySet().stream()
                    .map(line -> units(line.getKey(), 1 + random.nextInt(line.getValue())))
                    .toList();
            FulfillmentChannel wish = random.nextBoolean() ? null : FulfillmentChannel.values()[random.nextInt(4)];
            if (Router.route(wanted, shelves, wish) instanceof Router.Route.Found route) {
                assertSound(route.parcels(), wanted, shelves, wish);
            } else {
                assertThat(wish)
                        .as("what is reserved can always leave by some channel")
                        .isNotNull();
            }
        }
    }

    private static void assertSound(
            List<Router.Parcel> parcels, List<ProductUnits> wanted, List<Shelf> shelves, FulfillmentChannel wish) {
        Map<String, Integer> sent = new HashMap<>();
        Map<String, Integer> used = new HashMap<>();
        for (Router.Parcel parcel : parcels) {
            parcel.items().forEach(item -> {
                sent.merge(item.productId(), item.quantity(), Integer::sum);
                used.merge(item.productId() + "@" + parcel.locationId(), item.quantity(), Integer::sum);
            });
            parcel.moved().forEach(from -> {
                used.merge(from.productId() + "@" + parcel.locationId(), -from.quantity(), Integer::sum);
                used.merge(from.productId() + "@" + from.locationId(), from.quantity(), Integer::sum);
            });
        }
        Map<String, Integer> expected = new HashMap<>();
        wanted.forEach(item -> expected.put(item.productId(), item.quantity()));
        assertThat(sent).isEqualTo(expected);
        shelves.forEach(shelf -> assertThat(used.getOrDefault(shelf.productId() + "@" + shelf.locationId(), 0))
                .isBetween(0, shelf.held()));
        parcels.forEach(
                parcel -> assertThat(wish == null || parcel.channel() == wish).isTrue());
        assertThat(parcels).extracting(Router.Parcel::locationId).doesNotHaveDuplicates();
    }

    private static List<Shelf> shelves(Random random) {
        List<Shelf> shelves = new ArrayList<>();
        for (String product : List.of("a", "b", "c")) {
            for (String location : List.of("city", "main", "port")) {
                Set<FulfillmentChannel> channels = location.equals("city") ? CITY : MAIN;
                shelves.add(shelf(product, location, channels, random.nextInt(4), random.nextInt(6)));
            }
        }
        return shelves;
    }

    private static Map<String, Integer> held(List<Shelf> shelves) {
        Map<String, Integer> held = new HashMap<>();
        shelves.stream()
                .filter(shelf -> shelf.held() > 0)
                .forEach(shelf -> held.merge(shelf.productId(), shelf.held(), Integer::sum));
        return held;
    }

    private static List<Router.Parcel> found(List<ProductUnits> wanted, List<Shelf> shelves, FulfillmentChannel wish) {
        return ((Router.Route.Found) Router.route(wanted, shelves, wish)).parcels();
    }

    private static ProductUnits units(String product, int quantity) {
        return new ProductUnits(product, quantity);
    }

    private static Shelf shelf(String product, String location, Set<FulfillmentChannel> channels, int held, int free) {
        return new Shelf(product, location, channels, held, free);
    }
}
