/** What was given up and waits for a person: events, mails and messages of queues; and how they get another chance. */
package dev.orderengine.deadletter;
