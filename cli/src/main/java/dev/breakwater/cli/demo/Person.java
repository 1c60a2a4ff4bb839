/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.LogIn;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.cli.client.SecondFactor;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.account.Credentials;
import dev.breakwater.companion.account.RootTrust;
import dev.breakwater.companion.account.ServerAddress;
import dev.breakwater.protocol.SecureBytes;
import java.io.IOException;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Somebody in the story who was invited, with a password and perhaps an app of their own. */
final class Person implements AutoCloseable {

    private static final int PASSWORD_BYTES = 18;

    private final String email;
    private final Profile server;
    private final String password;
    private @Nullable AuthenticatorApp app;
    private @Nullable Operator acting;

    private Person(String email, Profile server, String password) {
        this.email = email;
        this.server = server;
        this.password = password;
    }

    /** Comes in with the code of an invitation and a password that nobody else knows. */
    static Person accept(Profile server, String email, String name, String code) {
        byte[] random = SecureBytes.fresh(PASSWORD_BYTES);
        Person person =
                new Person(
                        email,
                        Profile.of(server.server(), server.root()),
                        Base64.getUrlEncoder().encodeToString(random));
        try (ApiClient anonymous = person.anonymous()) {
            anonymous.send(
                    ApiRequest.post(
                            Operator.object()
                                    .put("code", code)
                                    .put("name", name)
                                    .put("password", person.password),
                            "invitations",
                            "acceptance"));
        }
        return person;
    }

    /** Logs in with all there is, and returns what the server says of the member. */
    JsonNode logIn() {
        close();
        try (ApiClient anonymous = anonymous()) {
            LogIn.Begun begun =
                    new LogIn(anonymous, SecondFactor.known(this::digits), Optional.empty())
                            .attempt(email, password, Optional.empty());
            acting =
                    Operator.of(
                            new Profile(
                                    server.server(), server.root(), begun.session().accessToken()));
            return begun.member().json();
        }
    }

    /** Sets the app up; from here on the password alone is not enough. */
    int setUpApp() {
        JsonNode begun =
                acting().post(
                                Operator.object().put("name", "phone").put("password", password),
                                "me",
                                "totp");
        app = new AuthenticatorApp(begun.path("secret").asString(), Clock.systemUTC());
        JsonNode confirmed =
                acting().post(
                                Operator.object().put("totp", app.next()),
                                "me",
                                "factors",
                                begun.at("/factor/id").asString(),
                                "confirmation");
        // What proves a second factor gives the session other tokens.
        close();
        String token = confirmed.at("/tokens/accessToken").asString();
        acting = Operator.of(new Profile(server.server(), server.root(), token));
        return confirmed.path("recoveryCodes").size();
    }

    /** What this person does at the API. */
    Operator acting() {
        if (acting == null) {
            throw new IllegalStateException(email + " has not logged in yet");
        }
        return acting;
    }

    /** What the server answers to something that must be refused. */
    static String refusal(Runnable attempt) throws Story.Unexpected {
        try {
            attempt.run();
        } catch (CommandFailed failed) {
            Story.expect(
                    failed.exitCode() == ExitCode.REFUSED,
                    "the server was to refuse it, but " + failed.getMessage());
            return String.valueOf(failed.getMessage());
        }
        throw new Story.Unexpected("it was not refused");
    }

    /** This person's phone, logged in. */
    Phone phone() throws IOException, InterruptedException, Story.Unexpected {
        return Phone.loggedIn(
                new ServerAddress(server.server(), RootTrust.parse(server.root().toString())),
                new Credentials(email, password, Optional.empty(), Optional.empty()));
    }

    String email() {
        return email;
    }

    private Optional<String> digits() {
        return Optional.ofNullable(app).map(AuthenticatorApp::next);
    }

    private ApiClient anonymous() {
        return ApiClient.withoutToken(server.server(), server.root());
    }

    @Override
    public void close() {
        if (acting != null) {
            acting.close();
        }
    }
}
