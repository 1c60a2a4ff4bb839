/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

/** The body of a rule. */
interface LintCheck {

    boolean test(Candidate candidate) throws Exception;
}
