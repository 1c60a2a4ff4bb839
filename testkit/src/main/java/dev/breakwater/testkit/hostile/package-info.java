/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Input that nobody sends by mistake: texts, bytes, lengths, names and passphrases of networks,
 * messages of MQTT and HTTP that are none.
 *
 * <p>Each is a {@link dev.breakwater.testkit.hostile.Sample} that says what is wrong with it, so
 * that a failing test names it. Guarantees the same samples in the same order each time. The
 * methods take nothing and give a stream, as JUnit's {@code @MethodSource} wants it; nothing here
 * depends on JUnit. The samples are no proof that a product is safe: they are what has broken
 * others.
 *
 * <p>Read {@link dev.breakwater.testkit.hostile.HostileTexts} first.
 */
@NullMarked
package dev.breakwater.testkit.hostile;

import org.jspecify.annotations.NullMarked;
