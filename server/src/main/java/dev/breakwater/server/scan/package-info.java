/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * No secrets inside code: what is about to ship is looked through for keys, tokens, passwords and
 * network credentials before it does.
 *
 * <p>Guarantees that every byte is looked at, of the file and of all that is in its archives, or
 * that the report says what was not; that a scan ends within its limits of depth, entries, bytes,
 * memory and time, whatever it is given; that neither reports nor fingerprints give a secret away;
 * and that nothing is written to disk.
 *
 * <p>Refuses nothing itself: {@link dev.breakwater.server.scan.ScanVerdict} says whether something
 * may ship, given the waivers. What was not looked into blocks like a finding. Read {@link
 * dev.breakwater.server.scan.SecretScan} first, then {@link dev.breakwater.server.scan.Walk}.
 */
@NullMarked
package dev.breakwater.server.scan;

import org.jspecify.annotations.NullMarked;
