/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What was measured, for a terminal, for programs and for the documentation. Numbers carry their
 * units; a requirement that was not measured counts as missed.
 *
 * <p>Read {@link dev.breakwater.bench.report.Results} first.
 */
@NullMarked
package dev.breakwater.bench.report;

import org.jspecify.annotations.NullMarked;
