/** What providers tell without being asked: checked, taken once, and settled like their answers. */
package dev.orderengine.payment.webhook;
