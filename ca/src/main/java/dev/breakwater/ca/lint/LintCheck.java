/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

import com.google.errorprone.annotations.Immutable;

/** The body of a rule; holds no state. */
@Immutable
interface LintCheck {

    boolean test(Candidate candidate) throws Exception;
}
