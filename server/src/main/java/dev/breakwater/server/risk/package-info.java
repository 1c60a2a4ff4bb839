/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a product has to do for its security, by what a breach would cost.
 *
 * <p>It guarantees that each profile has one set of terms, that a level of assurance has one place
 * in one order, and that a stricter profile is never laxer in any term. It decides nothing about a
 * single device: the registry compares, enrollment and renewal ask for the life of a certificate.
 * Read {@link dev.breakwater.server.risk.RiskProfile} first; which profile fits a product, {@link
 * dev.breakwater.server.risk.advice.Advisor} proposes.
 */
@NullMarked
package dev.breakwater.server.risk;

import org.jspecify.annotations.NullMarked;
