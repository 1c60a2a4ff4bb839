/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.cli.demo.AuthenticatorApp;
import dev.breakwater.protocol.DeviceId;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server with its first administrator, who has a token, and people who come in by invitation;
 * each has a folder of settings of their own, as they would have a computer of their own.
 */
final class Reef implements AutoCloseable {

    static final String PASSWORD = "kettle orbit walnut seven fjord";

    final RunningApi api;
    private final Path computers;

    Reef(Path data, Path computers) throws Exception {
        this.api = new RunningApi(data);
        this.computers = computers;
        maker("setup", api.address(), "--code", api.setupCode(), "--root", root());
    }

    String root() {
        return Fingerprint.of(api.pki().root()).toString();
    }

    Path computer(String owner) {
        return computers.resolve(owner);
    }

    Path profile(String owner) {
        return computer(owner).resolve("breakwater/profile.toml");
    }

    String profileText(String owner) throws Exception {
        return Files.readString(profile(owner));
    }

    /** What the administrator with the token does, successfully. */
    CommandRun maker(String... words) {
        return ok(CommandRun.of(computer("maker"), words));
    }

    /** Invites somebody and lets them accept. */
    void join(String email, String role) {
        String code =
                json(maker("member", "invite", email, "--role", role, "-o", "json"))
                        .path("code")
                        .asString();
        ok(
                CommandRun.piped(
                        computer(email),
                        code + "\n" + PASSWORD + "\n",
                        "invitation",
                        "accept",
                        "--server",
                        api.address(),
                        "--root",
                        root(),
                        "--name",
                        email.substring(0, email.indexOf('@'))));
    }

    /** Logs somebody in by password alone. */
    CommandRun logIn(String email) {
        return ok(
                CommandRun.piped(
                        computer(email),
                        PASSWORD + "\n",
                        "login",
                        email,
                        "--server",
                        api.address(),
                        "--root",
                        root()));
    }

    /** Gives somebody who is logged in an app, whose digits the log-in needs from here on. */
    AuthenticatorApp app(String email) {
        AuthenticatorApp[] app = new AuthenticatorApp[1];
        ok(
                CommandRun.attended(
                        computer(email),
                        (prompt, printed) -> {
                            if (prompt.contains("password")) {
                                return PASSWORD;
                            }
                            String secret = printed.replaceAll("(?s).*SECRET +([A-Z2-7]+).*", "$1");
                            app[0] = new AuthenticatorApp(secret, api.clock());
                            return app[0].next();
                        },
                        "me",
                        "totp"));
        return app[0];
    }

    DeviceId device(String serial) {
        maker("product", "create", "product-of-" + serial);
        String[] words =
                "enrollment create -o json --product product-of-%s --serial %s"
                        .formatted(serial, serial)
                        .split(" ", -1);
        return api.enrolled(serial, json(maker(words)).path("secret").asString()).id();
    }

    static JsonNode json(CommandRun run) {
        return JsonMapper.shared().readTree(run.out());
    }

    static CommandRun ok(CommandRun run) {
        assertThat(run.exitCode()).as("%s", run).isZero();
        return run;
    }

    @Override
    public void close() {
        api.close();
    }
}
