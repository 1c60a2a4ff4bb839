/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import tools.jackson.databind.JsonNode;

/** Takes server-sent events as they come. */
public interface LiveEvents {

    /**
     * From here on is what is still to come.
     *
     * @param id what to give to go on from here
     */
    void stands(String id);

    /** Something has happened; false if that is enough. */
    boolean happened(String name, JsonNode data);
}
