/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Tokens for tests: SoftHSM2, and a TPM 2.0 in software behind tpm2-pkcs11. Both are the real
 * modules a product would load, made from nothing below a directory of the test.
 *
 * <p>Guarantees that nothing outside that directory is touched, and that every process it starts is
 * ended by {@code close}. Refuses to do without an installed program: ask {@code missing} first.
 *
 * <p>Read {@link dev.breakwater.testkit.token.TestToken} first.
 */
@NullMarked
package dev.breakwater.testkit.token;

import org.jspecify.annotations.NullMarked;
