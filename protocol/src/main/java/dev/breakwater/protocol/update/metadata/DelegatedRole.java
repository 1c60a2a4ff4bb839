/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.nio.charset.StandardCharsets;

/**
 * A role that another one lets speak of some paths.
 *
 * @param name its name, and that of its file
 * @param keys whose signatures it needs
 * @param terminating whether nobody else is asked of a path that it may speak of
 * @param paths of which paths it may speak
 */
public record DelegatedRole(String name, RoleKeys keys, boolean terminating, PathScope paths) {

    /** Refuses the names of the four roles: their files must not be taken for one of it. */
    public DelegatedRole {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MetadataLimits.ROLE_NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a role's name must have 1 to %d bytes"
                            .formatted(MetadataLimits.ROLE_NAME_BYTES_MAX));
        }
        if (TopRole.isNameOfOne(name)) {
            throw new IllegalArgumentException(
                    "a role that is delegated to must not be called like one of the four");
        }
    }
}
