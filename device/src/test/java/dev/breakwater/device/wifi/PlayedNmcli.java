/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in place of nmcli that writes down how it was called and answers what the test says. It
 * keeps what it was given to load, since the profile is gone after a failure.
 */
final class PlayedNmcli {

    private static final String SCRIPT =
            """
            #!/bin/bash
            cd "DIRECTORY"
            for argument in "$@"; do printf '%s\\n' "$argument"; done >> calls
            echo "locale=$LC_ALL home=$HOME" >> calls
            case "$*" in
              *"wifi list"*) answer=scan ;;
              *"connection load"*) cp "$3" loaded; stat -c '%a' "$3" > mode; answer=load ;;
              *"connection up"*) answer=up ;;
              *"connection delete"*) answer=delete ;;
            esac
            [ -f "$answer" ] && cat "$answer"
            [ -f "$answer.hangs" ] && exec sleep 100
            exit "$(cat "$answer.exit" 2>/dev/null || echo 0)"
            """;

    private final Path directory;

    PlayedNmcli(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory.resolve("kept"));
        Files.createDirectories(directory.resolve("passing"));
        Files.writeString(program(), SCRIPT.replace("DIRECTORY", directory.toString()));
        Files.setPosixFilePermissions(program(), PosixFilePermissions.fromString("rwx------"));
    }

    Path program() {
        return directory.resolve("nmcli");
    }

    NmcliRadio radio(String station, String accessPoint) {
        return new NmcliRadio(
                program(),
                directory.resolve("kept"),
                directory.resolve("passing"),
                station,
                accessPoint);
    }

    Path kept() {
        return directory.resolve("kept/breakwater-uplink.nmconnection");
    }

    Path passing() {
        return directory.resolve("passing/breakwater-setup.nmconnection");
    }

    /** What it prints and how it ends, when it is asked for scan, load, up or delete. */
    void answers(String question, String output, int exit) throws IOException {
        Files.writeString(directory.resolve(question), output);
        Files.writeString(directory.resolve(question + ".exit"), String.valueOf(exit));
    }

    void hangsAt(String question) throws IOException {
        Files.createFile(directory.resolve(question + ".hangs"));
    }

    /** Every call so far: its arguments, with blanks between them. */
    List<String> calls() throws IOException {
        List<String> calls = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve("calls"))) {
            if (line.startsWith("locale=")) {
                calls.add(String.join(" ", arguments));
                arguments.clear();
            } else {
                arguments.add(line);
            }
        }
        return calls;
    }

    String written() throws IOException {
        return Files.readString(directory.resolve("calls"));
    }

    /** The profile it was last given. */
    String profile() throws IOException {
        return Files.readString(directory.resolve("loaded"));
    }

    /** The permissions of that profile's file. */
    String mode() throws IOException {
        return Files.readString(directory.resolve("mode")).strip();
    }
}
