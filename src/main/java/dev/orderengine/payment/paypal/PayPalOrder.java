package dev.orderengine.payment.paypal;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * An order as PayPal shows it (developer.paypal.com/docs/api/orders/v2). Whatever it does not show is null. Ours have one purchase
 * unit.
 */
record PayPalOrder(String id, String status, List<Unit> purchaseUnits) {

    boolean isComplete() {
        return id != null && status != null;
    }

    Stream<Transfer> captures() {
        return payments().map(Payments::captures).filter(Objects::nonNull).flatMap(List::stream);
    }

    Stream<Transfer> authorizations() {
        return payments().map(Payments::authorizations).filter(Objects::nonNull).flatMap(List::stream);
    }

    /** The authorization that counts: the last one, for each renewal makes another. */
    Transfer held() {
        return authorizations().reduce((earlier, later) -> later).orElseThrow();
    }

    Stream<Transfer> refunds() {
        return payments().map(Payments::refunds).filter(Objects::nonNull).flatMap(List::stream);
    }

    private Stream<Payments> payments() {
        return purchaseUnits == null
                ? Stream.empty()
                : purchaseUnits.stream().map(Unit::payments).filter(Objects::nonNull);
    }

    record Unit(Payments payments) {}

    record Payments(List<Transfer> captures, List<Transfer> authorizations, List<Transfer> refunds) {}

    /** A capture, an authorization or a refund. */
    record Transfer(
            String id,
            String status,
            StatusDetails statusDetails,
            PayPalAmount amount,
            String invoiceId,
            SupplementaryData supplementaryData,
            List<Link> links) {

        boolean isComplete() {
            return id != null && status != null;
        }

        /** Why it stands where it stands. */
        String reason() {
            return statusDetails == null || statusDetails.reason() == null ? status : statusDetails.reason();
        }

        /** The order that it belongs to; null if it does not say. */
        String orderId() {
            return supplementaryData == null || supplementaryData.relatedIds() == null
                    ? null
                    : supplementaryData.relatedIds().orderId();
        }

        /** Of a refund: whether it is one of that capture. */
        boolean isOf(Transfer capture) {
            return links != null
                    && links.stream().anyMatch(link -> "up".equals(link.rel()) && link.endsWith(capture.id()));
        }
    }

    record StatusDetails(String reason) {}

    record SupplementaryData(RelatedIds relatedIds) {}

    record RelatedIds(String orderId) {}

    record Link(String href, String rel) {

        boolean endsWith(String id) {
            return href != null && href.endsWith("/" + id);
        }
    }
}
