/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything below a directory: to be compared, copied, deleted. */
final class Tree {

    private Tree() {}

    /** Name, permissions and SHA-256 of everything below a directory that may be missing. */
    static Map<String, String> of(Path directory) throws IOException, GeneralSecurityException {
        Map<String, String> content = new TreeMap<>();
        for (Path path : paths(directory)) {
            String mode =
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
            content.put(directory.relativize(path).toString(), mode + " " + digest(path));
        }
        return content;
    }

    /** Copies everything, permissions included, to a place that must not exist. */
    static void copy(Path from, Path to) throws IOException {
        for (Path path : paths(from)) {
            Files.copy(
                    path,
                    to.resolve(from.relativize(path)),
                    StandardCopyOption.COPY_ATTRIBUTES,
                    LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Deletes everything, the directory included. */
    static void delete(Path directory) throws IOException {
        for (Path path : paths(directory).reversed()) {
            Files.delete(path);
        }
    }

    private static List<Path> paths(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.sorted().toList();
        }
    }

    private static String digest(Path path) throws IOException, GeneralSecurityException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return "no file";
        }
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(sha256.digest(Files.readAllBytes(path)));
    }
}
