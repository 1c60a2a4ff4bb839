/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What an owner's app asks of the server: tickets for set-up, the owner's devices, and what becomes
 * of them.
 *
 * <p>Guarantees: passwords and tokens go to nobody but a server that proves by TLS to be the one
 * the app was told; every answer is bounded in bytes and time; a refresh token is stored before
 * what it brought is used, and shown by one renewal at a time; whatever a server refuses comes as a
 * sentence that an owner understands. Refuses plain HTTP, redirects, and answers it does not
 * understand.
 *
 * <p>Calls block and throw what interrupts them; all are safe for use by many threads, and best
 * made off the thread of the screen. Read {@link dev.breakwater.companion.account.Account} first.
 */
@NullMarked
package dev.breakwater.companion.account;

import org.jspecify.annotations.NullMarked;
