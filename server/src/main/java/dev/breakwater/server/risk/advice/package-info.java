/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Which risk profile fits a product, what each would cost, and what each leaves open.
 *
 * <p>It guarantees the same advice for the same answers: rules and figures are data ({@code
 * DecisionTable}, {@code figures.json}), every figure says whether it was measured, and where, or
 * assumed. It changes nothing and knows no product; what it proposes binds nobody. Read {@link
 * dev.breakwater.server.risk.advice.Advisor} first.
 */
@NullMarked
package dev.breakwater.server.risk.advice;

import org.jspecify.annotations.NullMarked;
