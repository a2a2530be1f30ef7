package dev.orderengine.notification;

/** What is mailed. */
record Letter(String subject, String text, String html) {}
