/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The payloads that travel under {@code me/}, one record each, and the one way to read them.
 *
 * <p>A value of one of these records is well-formed and within its limits, whoever made it. Reading
 * refuses, with a {@link dev.breakwater.protocol.message.MalformedMessage} that names the member
 * and the limit: payloads that are too long or nested too deeply, bytes that are not UTF-8, members
 * given twice, missing members, text with control code NUL or half a surrogate pair (no database
 * stores them), and numbers that are not finite. A device ignores members it does not know, so that
 * a server may be newer than its devices; the server refuses them, so that a misspelt member is
 * noticed and nothing unexpected is stored.
 *
 * <p>Read {@link dev.breakwater.protocol.message.MessageReader} first.
 */
@NullMarked
package dev.breakwater.protocol.message;

import org.jspecify.annotations.NullMarked;
