package dev.orderengine.money;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A table of exchange rates to US dollars ({@code conf/fx.yaml}). Immutable: a new table replaces an old one whole.
 *
 * @param version the first 12 hexadecimal digits of the SHA-256 of the file
 * @param asOf the day that the rates are of
 * @param usdPerUnit how many US dollars one unit of a currency is worth
 */
public record FxRates(String version, LocalDate asOf, Map<Currency, BigDecimal> usdPerUnit) {

    private static final int MAX_FRACTION_DIGITS = 12;
    private static final BigDecimal MAX_RATE = BigDecimal.valueOf(1_000_000);
    private static final Currency USD = Currency.getInstance("USD");

    /** Copies the rates. */
    public FxRates {
        usdPerUnit = Map.copyOf(usdPerUnit);
    }

    /** The file as it is written. */
    private record File(
            @JsonProperty(required = true) String base,
            @JsonProperty(value = "as_of", required = true) String asOf,
            @JsonProperty(required = true) Map<String, BigDecimal> rates) {}

    /**
     * Reads a rate table.
     *
     * @param file the name of the file, for messages
     * @param content its YAML text, UTF-8
     * @throws InvalidRatesException when there is any fault; the table is then refused whole
     */
    public static FxRates parse(String file, byte[] content) {
        File table = read(file, content);
        if (!"USD".equals(table.base)) {
            throw new InvalidRatesException(file, "base", "must be USD");
        }
        Map<Currency, BigDecimal> rates = new HashMap<>();
        table.rates.forEach((code, rate) -> rates.put(currency(file, code), checked(file, code, rate)));
        if (rates.getOrDefault(USD, BigDecimal.ZERO).compareTo(BigDecimal.ONE) != 0) {
            throw new InvalidRatesException(file, "rates.USD", "must be there and must be 1");
        }
        return new FxRates(versionOf(content), date(file, table.asOf), rates);
    }

    /** Converts an amount exactly, without rounding. */
    public Conversion toUsd(Money amount) {
        BigDecimal rate = usdPerUnit.get(amount.currency());
        return rate == null
                ? new Conversion.NoRate(amount.currency())
                : new Conversion.Converted(amount.toBigDecimal().multiply(rate), rate, version);
    }

    private static File read(String file, byte[] content) {
        ObjectReader reader = YAMLMapper.builder()
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .readerFor(File.class);
        try {
            return reader.readValue(content);
        } catch (JsonMappingException e) {
            throw new InvalidRatesException(file, place(e), e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new InvalidRatesException(file, line(e), e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The key, or the line where no key was reached: the parser stands a line further on after a key. */
    private static String place(JsonMappingException e) {
        return e.getPath().isEmpty()
                ? line(e)
                : e.getPath().stream().map(Reference::getFieldName).collect(Collectors.joining("."));
    }

    private static String line(JsonProcessingException e) {
        return "line " + e.getLocation().getLineNr();
    }

    private static Currency currency(String file, String code) {
        try {
            return Currencies.parse(code);
        } catch (UnknownCurrencyException e) {
            throw new InvalidRatesException(file, "rates." + code, e.getMessage());
        }
    }

    private static BigDecimal checked(String file, String code, BigDecimal rate) {
        boolean usable = rate != null
                && rate.signum() > 0
                && rate.compareTo(MAX_RATE) <= 0
                && rate.scale() <= MAX_FRACTION_DIGITS;
        if (!usable) {
            throw new InvalidRatesException(
                    file,
                    "rates." + code,
                    "must be above 0, at most " + MAX_RATE + " and have at most " + MAX_FRACTION_DIGITS
                            + " fraction digits; found " + rate);
        }
        return rate;
    }

    private static LocalDate date(String file, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidRatesException(file, "as_of", "must be a day such as 2026-11-24");
        }
    }

    private static String versionOf(byte[] content) {
        return Hashing.sha256().hashBytes(content).toString().substring(0, 12);
    }
}
