/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What to look for, as data: rules in the TOML form of gitleaks, ours and a team's own.
 *
 * <p>Guarantees that everything a rule file says is done; what is not understood refuses the file
 * with the line, the rule, the field and what is taken instead. Expressions are RE2's, take time in
 * proportion to the text and end with the scan's time; files, rules and what they repeat are
 * bounded.
 *
 * <p>Refuses to replace the built-in rules as a whole: a team adds, or, on its own machine only,
 * disables by name. Read {@link dev.breakwater.server.scan.rule.RuleBook} first.
 */
@NullMarked
package dev.breakwater.server.scan.rule;

import org.jspecify.annotations.NullMarked;
