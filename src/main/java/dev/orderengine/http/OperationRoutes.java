package dev.orderengine.http;

/** What operators see and do. */
record OperationRoutes(
        FiguresRoutes figures,
        DeadLetterRoutes deadLetters,
        ReconciliationRoutes reconciliation,
        LogLevelRoutes logLevels,
        Console console) {}
