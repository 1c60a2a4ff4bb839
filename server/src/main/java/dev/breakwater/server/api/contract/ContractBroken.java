/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.io.Serial;
import java.util.List;

/** The server must not start: the document is not sound, or the code does not agree with it. */
public final class ContractBroken extends RuntimeException {

    @Serial private static final long serialVersionUID = 1;

    /**
     * One sentence with every difference in it, so that one start shows all there is to mend.
     *
     * @param differences never empty
     */
    public ContractBroken(List<String> differences) {
        super(
                "the API's code and its OpenAPI document disagree in %d point(s): %s"
                        .formatted(differences.size(), String.join("; ", differences)));
    }
}
