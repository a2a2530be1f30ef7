/** Stripe's PaymentIntents over HTTP. */
package dev.orderengine.payment.stripe;
