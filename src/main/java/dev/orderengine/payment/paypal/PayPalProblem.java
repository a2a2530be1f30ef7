package dev.orderengine.payment.paypal;

import java.util.List;

/** Why PayPal refused (developer.paypal.com/api/rest/responses). */
record PayPalProblem(String name, List<Detail> details) {

    private static final PayPalProblem UNREADABLE = new PayPalProblem(null, null);

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

    record Detail(String issue) {}
}
