package io.muster.coordinator.office;

import java.util.concurrent.CompletableFuture;

/** A question and where its answer goes. */
record Inquiry<T>(Question<T> question, CompletableFuture<T> answer) {}
