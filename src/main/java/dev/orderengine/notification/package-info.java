/**
 * What customers are told by e-mail (specification, section 8): fed from a queue of events, at most once per event and kind, at most so
 * many mails a minute over all engines. Codes of orders that wait for one are mailed by {@link dev.orderengine.verification}.
 */
package dev.orderengine.notification;
