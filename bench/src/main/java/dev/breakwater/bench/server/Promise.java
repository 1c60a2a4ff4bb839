/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

/**
 * What a server's PUBACK promises.
 *
 * @param words for a reader
 * @param synced whether the message is on disk, synced, before it is acknowledged
 * @param subscriberNeeded whether a message outlives its acknowledgement only for the sake of a
 *     subscriber, so that a benchmark of storing needs one
 */
public record Promise(String words, boolean synced, boolean subscriberNeeded) {}
