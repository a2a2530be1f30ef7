/**
 * The additional verification of orders (specification, section 4): a code for each order that is pending_verification, mailed to its
 * customer. What a code that comes back means is decided in {@link dev.orderengine.order.VerificationDecider}.
 */
package dev.orderengine.verification;
