/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

import java.io.Serial;
import java.util.List;

/** A certificate that was about to be signed breaks rules of ours; it is not signed. */
public final class LintFailed extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final String[] findings;

    LintFailed(List<String> findings) {
        super("the certificate was not signed: " + String.join("; ", findings));
        this.findings = findings.toArray(new String[0]);
    }

    /** Every broken rule, as {@code RULE_NAME: what was found}. */
    public List<String> findings() {
        return List.of(findings);
    }
}
