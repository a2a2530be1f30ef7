package dev.orderengine.payment.paypal;

import java.util.List;
import java.util.Set;

/** Why PayPal refused (developer.paypal.com/api/rest/responses). */
record PayPalProblem(String name, List<Detail> details) {

    private static final PayPalProblem UNREADABLE = new PayPalProblem(null, null);

    private static final Set<String> UNDER_WAY =
            Set.of("DUPLICATE_INVOICE_ID", "DUPLICATE_REQUEST_ID", "PREVIOUS_REQUEST_IN_PROGRESS");

    /** A problem of which nothing is known. */
    static PayPalProblem unreadable() {
        return UNREADABLE;
    }

    boolean isReadable() {
        return name != null;
    }

    /** PayPal's most precise word for it. */
    String issue() {
        return details == null || details.isEmpty() || details.get(0).issue() == null
                ? name
                : details.get(0).issue();
    }

    /** An earlier request of ours has done it, or is about to: the look-up tells. */
    boolean isUnderWay() {
        return UNDER_WAY.contains(issue());
    }

    record Detail(String issue) {}
}
