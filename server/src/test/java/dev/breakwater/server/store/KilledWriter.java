/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.limits.Limits;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Runs in a JVM of its own that a test kills: writes numbers as fast as the disk takes them and
 * prints each that was reported durable.
 */
final class KilledWriter {

    private KilledWriter() {}

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        Database database =
                Database.open(new DatabaseLocation.SqliteFile(Path.of(args[0])), Limits.defaults());
        for (int number = Integer.parseInt(args[1]); ; number++) {
            String id = Integer.toString(number);
            Work<Integer> insert =
                    transaction ->
                            transaction.update(
                                    "INSERT INTO organization (organization_id, name, enabled, created_us)"
                                            + " VALUES (?, 'x', 1, 1)",
                                    id);
            if (number % 8 == 0) {
                database.write(insert);
                out.println(id);
            } else {
                database.submit(
                        insert,
                        new Completion<Integer>() {
                            @Override
                            public void durable(Integer rows) {
                                out.println(id);
                            }

                            @Override
                            public void failed(RuntimeException cause) {}
                        });
            }
        }
    }
}
