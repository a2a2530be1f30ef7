/** PayPal's Orders v2 over HTTP. */
package dev.orderengine.payment.paypal;
