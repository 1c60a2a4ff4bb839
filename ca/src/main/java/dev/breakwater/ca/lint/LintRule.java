/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

/** One rule every certificate of a kind must keep. */
sealed interface LintRule
        permits EveryCertificateRule, DeviceCertificateRule, ServerCertificateRule {

    /** The name under which a finding is reported. */
    String name();

    /**
     * Whether the candidate keeps the rule. May throw when it cannot even be read, which breaks it.
     */
    boolean isKeptBy(Candidate candidate) throws Exception;
}
