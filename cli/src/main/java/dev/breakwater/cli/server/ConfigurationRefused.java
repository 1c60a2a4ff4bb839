/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import java.io.Serial;
import java.util.List;

/** The configuration has mistakes: all of them, each as one sentence. */
public final class ConfigurationRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final String[] problems;

    ConfigurationRefused(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = problems.toArray(String[]::new);
    }

    /** One sentence for each mistake. */
    public List<String> problems() {
        return List.of(problems);
    }
}
