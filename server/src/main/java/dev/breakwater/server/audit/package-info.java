/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Who did what to what, when, in an append-only log whose entries are chained by hash (invariant
 * I14).
 *
 * <p>A change and its audit entry are one transaction: a store method that changes something takes
 * the {@link dev.breakwater.server.audit.AuditEvent} that says so, and the store chains it while it
 * commits. An entry's hash covers every field and the hash of the entry before it, so that an
 * altered, removed, inserted or reordered entry breaks the chain at a place that {@link
 * dev.breakwater.server.audit.AuditChain} names, without a running server. What it cannot see is a
 * tail cut off whole; hence the head hash is printed by every verification, to be kept elsewhere
 * and compared.
 *
 * <p>Details never hold secrets. Read {@link dev.breakwater.server.audit.AuditEvent} first.
 */
@NullMarked
package dev.breakwater.server.audit;

import org.jspecify.annotations.NullMarked;
