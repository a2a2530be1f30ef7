package dev.orderengine.lives;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an order should be after the commands so far: the rules of the specification told once more, as simply as they can be. Amounts in
 * minor units.
 */
final class ModelOrder {

    final Map<String, Line> lines = new LinkedHashMap<>();
    final Map<String, Parcel> parcels = new LinkedHashMap<>();
    final Map<String, Back> returns = new LinkedHashMap<>();
    final boolean paid;
    boolean cancelled;
    long refunded;

    ModelOrder(boolean paid) {
        this.paid = paid;
    }

    static final class Line {
        final long price;
        final int quantity;
        int cancelled;
        int packed;
        int shipped;
        int returned;
        int announced;

        Line(long price, int quantity) {
            this.price = price;
            this.quantity = quantity;
        }

        int open() {
            return quantity - cancelled - packed - shipped;
        }

        int held() {
            return quantity - cancelled - shipped;
        }
    }

    static final class Parcel {
        final Map<String, Integer> items;
        String status;

        Parcel(Map<String, Integer> items, String status) {
            this.items = items;
            this.status = status;
        }
    }

    static final class Back {
        final Map<String, Integer> items;
        boolean received;

        Back(Map<String, Integer> items) {
            this.items = items;
        }
    }

    String status() {
        if (cancelled) {
            return "cancelled";
        }
        if (!paid) {
            return "payment_failed";
        }
        if (shipped() == 0) {
            return "paid";
        }
        if (lines.values().stream().anyMatch(line -> line.held() > 0)) {
            return "partially_fulfilled";
        }
        return lines.values().stream().allMatch(line -> line.returned == line.shipped) ? "returned" : "fulfilled";
    }

    String fulfilmentStatus() {
        return shipped() == 0
                ? "unfulfilled"
                : lines.values().stream().anyMatch(line -> line.held() > 0) ? "partially_fulfilled" : "fulfilled";
    }

    private int shipped() {
        return lines.values().stream().mapToInt(line -> line.shipped).sum();
    }

    private boolean maySend() {
        return status().equals("paid") || status().equals("partially_fulfilled");
    }

    /** Cancels some units, or all that is left if there are none; gives the status of HTTP. */
    int cancel(Map<String, Integer> units) {
        if (!status().equals("paid") && !status().equals("payment_failed")) {
            return 409;
        }
        if (units.entrySet().stream()
                .anyMatch(unit -> unit.getValue() > lines.get(unit.getKey()).open())) {
            return 422;
        }
        boolean packed = lines.values().stream().anyMatch(line -> line.packed > 0);
        if (units.isEmpty() && packed) {
            return 409;
        }
        long worth = 0;
        for (Map.Entry<String, Line> entry : lines.entrySet()) {
            Line line = entry.getValue();
            int gone = units.isEmpty() ? line.open() : units.getOrDefault(entry.getKey(), 0);
            line.cancelled += gone;
            worth += gone * line.price;
        }
        cancelled = lines.values().stream().allMatch(line -> line.cancelled == line.quantity);
        refund(worth);
        return 200;
    }

    /** Whether units may be packed now; gives the status of HTTP. */
    int fulfil(Map<String, Integer> units) {
        if (!maySend()) {
            return 409;
        }
        if (units.entrySet().stream()
                .anyMatch(unit -> unit.getValue() > lines.get(unit.getKey()).open())) {
            return 422;
        }
        return units.isEmpty() && lines.values().stream().allMatch(line -> line.open() == 0) ? 409 : 200;
    }

    void packed(String id, Parcel parcel) {
        parcels.put(id, parcel);
        parcel.items.forEach((product, units) -> lines.get(product).packed += units);
        if (parcel.status.equals("delivered")) {
            leaves(parcel);
        }
    }

    /** Tells what became of a parcel; gives the status of HTTP. */
    int tell(String id, String told) {
        Parcel parcel = parcels.get(id);
        boolean known = parcel.status.equals(told) || (told.equals("shipped") && parcel.status.equals("delivered"));
        if (known) {
            return 200;
        }
        boolean legal =
                parcel.status.equals("created") || (parcel.status.equals("shipped") && told.equals("delivered"));
        if (!legal) {
            return 409;
        }
        if (told.equals("failed")) {
            parcel.items.forEach((product, units) -> lines.get(product).packed -= units);
        } else if (parcel.status.equals("created")) {
            leaves(parcel);
        }
        parcel.status = told;
        return 200;
    }

    private void leaves(Parcel parcel) {
        parcel.items.forEach((product, units) -> {
            lines.get(product).packed -= units;
            lines.get(product).shipped += units;
        });
    }

    /** Whether units may be announced to come back; gives the status of HTTP. */
    int announce(Map<String, Integer> units) {
        if (!status().equals("partially_fulfilled") && !status().equals("fulfilled")) {
            return 409;
        }
        boolean tooMany = units.entrySet().stream().anyMatch(unit -> {
            Line line = lines.get(unit.getKey());
            return unit.getValue() > line.shipped - line.announced;
        });
        return tooMany ? 422 : 201;
    }

    void announced(String id, Map<String, Integer> units) {
        returns.put(id, new Back(units));
        units.forEach((product, quantity) -> lines.get(product).announced += quantity);
    }

    void received(String id) {
        Back back = returns.get(id);
        if (!back.received) {
            back.received = true;
            back.items.forEach((product, units) -> {
                lines.get(product).returned += units;
                refund(units * lines.get(product).price);
            });
        }
    }

    private void refund(long worth) {
        refunded += paid ? worth : 0;
    }
}
