/** Each day the providers' own lists of charges and refunds against our books. */
package dev.orderengine.payment.reconciliation;
