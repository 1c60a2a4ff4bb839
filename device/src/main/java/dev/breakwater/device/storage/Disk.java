/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What {@link SealedStorage} needs of a medium: named contents, replaced whole. {@link
 * DirectoryDisk} is a directory; a product on raw flash brings its own.
 *
 * <p>Every method returns when its effect is durable. A power cut during {@link #replace} or {@link
 * #delete} leaves the state before it or the state after it.
 */
public interface Disk {

    /** The content under a name, or nothing. */
    Optional<byte[]> read(String name) throws IOException;

    /** Puts a content in place of whatever the name held. */
    void replace(String name, byte[] content) throws IOException;

    /** Removes a name; nothing happens if it is not there. */
    void delete(String name) throws IOException;

    /** All names that hold something. */
    SortedSet<String> names() throws IOException;
}
