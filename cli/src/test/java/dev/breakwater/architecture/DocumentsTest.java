/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A document that names what no longer exists misleads; a document cannot be compiled, so it is
 * read here.
 */
class DocumentsTest {

    /** Code spans that look like a path: a slash or a known ending, no blanks, no placeholders. */
    private static final Pattern CODE = Pattern.compile("`([^`\\s]+)`");

    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)[^)]*\\)");
    private static final Pattern PATH =
            Pattern.compile(
                    "(\\./)?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*\\.(java|md|sh|xml|yaml|sql|toml)|(\\./)?(docs|build-support)/[A-Za-z0-9_./-]+");
    private static final Pattern TYPE =
            Pattern.compile("[A-Z][a-z][A-Za-z0-9]*[a-z][A-Z][A-Za-z0-9]*");
    private static final Set<String> FOREIGN_TYPES =
            Set.of(
                    "NullAway",
                    "ArchUnit",
                    "BoringSSL",
                    "SQLite",
                    "JUnit",
                    "OpenSSL",
                    "SoftHSM2",
                    "PostgreSQL");

    @Test
    void everyPathInAMarkdownFileExists() throws IOException {
        Path checkout = Breakwater.checkout();
        List<String> missing = new ArrayList<>();
        Set<String> names = fileNames(checkout);
        for (Path document : documents(checkout)) {
            String text = Files.readString(document);
            for (String path : named(CODE, text)) {
                if (PATH.matcher(path).matches() && !exists(checkout, document, path, names)) {
                    missing.add(checkout.relativize(document) + " names " + path);
                }
            }
            for (String link : named(LINK, text)) {
                if (!link.contains("://")
                        && !link.startsWith("mailto:")
                        && !exists(checkout, document, link, names)) {
                    missing.add(checkout.relativize(document) + " links to " + link);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTypeInAMarkdownFileExists() throws IOException {
        Path checkout = Breakwater.checkout();
        Set<String> types = new HashSet<>();
        Breakwater.classes().forEach(type -> types.add(type.getSimpleName()));
        fileNames(checkout).stream()
                .filter(name -> name.endsWith(".java"))
                .forEach(name -> types.add(name.replace(".java", "")));
        List<String> missing = new ArrayList<>();
        for (Path document : documents(checkout)) {
            for (String code : named(CODE, Files.readString(document))) {
                String type = code.replaceAll("[.#(].*", "");
                if (TYPE.matcher(type).matches()
                        && !types.contains(type)
                        && !FOREIGN_TYPES.contains(type)) {
                    missing.add(checkout.relativize(document) + " names " + type);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static boolean exists(
            Path checkout, Path document, String path, Set<String> fileNames) {
        return Files.exists(checkout.resolve(path))
                || Files.exists(document.resolveSibling(path))
                || (!path.contains("/") && fileNames.contains(path));
    }

    private static List<String> named(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static List<Path> documents(Path checkout) throws IOException {
        return files(checkout).stream().filter(file -> file.toString().endsWith(".md")).toList();
    }

    private static Set<String> fileNames(Path checkout) throws IOException {
        Set<String> names = new HashSet<>();
        files(checkout).forEach(file -> names.add(file.getFileName().toString()));
        return names;
    }

    private static List<Path> files(Path checkout) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                checkout,
                new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        String name = directory.getFileName().toString();
                        boolean skipped =
                                name.equals("target")
                                        || name.equals(".git")
                                        || name.equals("node_modules");
                        return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        found.add(file);
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }
}
