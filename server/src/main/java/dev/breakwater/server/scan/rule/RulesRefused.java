/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.io.Serial;

/** A rule file that is not taken; the text says which rule and field, why, and what to do. */
public final class RulesRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    RulesRefused(String sentence) {
        super(sentence);
    }

    RulesRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
