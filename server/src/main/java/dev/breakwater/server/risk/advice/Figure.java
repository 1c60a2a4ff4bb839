/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

/**
 * A number that costs are computed from.
 *
 * @param basis {@code measured} or {@code assumed}
 * @param source where it was measured, or what is assumed
 */
public record Figure(String name, double value, String unit, String basis, String source) {}
