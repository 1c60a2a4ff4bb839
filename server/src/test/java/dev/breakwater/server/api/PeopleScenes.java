/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.AuditedOperationsTest.Call;
import dev.breakwater.server.api.AuditedOperationsTest.Scene;
import dev.breakwater.server.organization.OrganizationId;
import java.util.HashMap;
import java.util.Map;

/** How each operation about people is performed with success. */
final class PeopleScenes {

    private static final String ORIGIN = "https://localhost:8443";
    private static final String NEW_FACTOR =
            "{\"name\":\"App\",\"password\":\"" + ApiServer.PASSWORD + "\"}";
    private static final String SHOWN_PASSWORD = "{\"password\":\"" + ApiServer.PASSWORD + "\"}";

    private final ApiServer server;
    private final ApiClient owner;
    private final OrganizationId organization;
    private final Map<String, Scene> scenes = new HashMap<>();
    private int serials;

    PeopleScenes(ApiServer server, ApiClient owner, OrganizationId organization) {
        this.server = server;
        this.owner = owner;
        this.organization = organization;
    }

    void addTo(Map<String, Scene> all) {
        organizationAndMembers();
        sessions();
        factors();
        proofs();
        all.putAll(scenes);
    }

    private void organizationAndMembers() {
        scenes.put(
                "changeOrganization",
                () -> {
                    String path = "/organizations/" + organization;
                    return () -> owner.patch(path, "{\"name\":\"P\"}", "If-Match: *");
                });
        scenes.put("inviteMember", () -> this::invitation);
        scenes.put(
                "withdrawInvitation",
                () -> {
                    String id = invitation().ok("invitation/id");
                    return () -> owner.delete("/invitations/" + id);
                });
        scenes.put(
                "acceptInvitation",
                () -> {
                    String acceptance =
                            "{\"code\":\"%s\",\"name\":\"Somebody\",\"password\":\"%s\"}"
                                    .formatted(invitation().ok("code"), ApiServer.PASSWORD);
                    return () -> server.anybody().post("/invitations/acceptance", acceptance);
                });
        scenes.put(
                "changeMemberRole",
                () -> {
                    String member = "/members/" + support() + "/role";
                    return () -> owner.put(member, "{\"role\":\"auditor\"}", "If-Match: *");
                });
        scenes.put(
                "disableMember",
                () -> {
                    String member = "/members/" + support() + "/disablement";
                    return () -> owner.post(member);
                });
        scenes.put(
                "resetMemberPassword",
                () -> {
                    String resets = "/members/" + support() + "/password-resets";
                    return () -> owner.post(resets);
                });
        scenes.put(
                "setForgottenPassword",
                () -> {
                    String resets = "/members/" + support() + "/password-resets";
                    String shown =
                            "{\"code\":\"%s\",\"password\":\"a heron above the weir, 5\"}"
                                    .formatted(owner.post(resets).ok("code"));
                    return () -> server.anybody().post("/password-resets/acceptance", shown);
                });
        scenes.put(
                "enableMember",
                () -> {
                    String member = "/members/" + support();
                    owner.post(member + "/disablement").has(200);
                    return () -> owner.post(member + "/enablement");
                });
    }

    private void sessions() {
        scenes.put("logIn", () -> logIn(fresh()));
        scenes.put(
                "refreshSession",
                () -> {
                    String token = server.logIn(fresh()).ok("refreshToken");
                    return () ->
                            server.anybody()
                                    .post(
                                            "/sessions/refresh",
                                            "{\"refreshToken\":\"" + token + "\"}");
                });
        scenes.put(
                "endOtherSessions",
                () -> {
                    String email = fresh();
                    server.logIn(email).has(201);
                    ApiClient member = server.with(server.logIn(email).ok("accessToken"));
                    return () -> member.delete("/me/sessions");
                });
        scenes.put(
                "endOwnSession",
                () -> {
                    Answer in = server.logIn(fresh());
                    ApiClient member = server.with(in.ok("accessToken"));
                    return () -> member.delete("/me/sessions/" + in.ok("session/id"));
                });
    }

    private void factors() {
        scenes.put(
                "beginTotp",
                () -> {
                    ApiClient member = server.with(server.logIn(fresh()).ok("accessToken"));
                    return () -> member.post("/me/totp", NEW_FACTOR);
                });
        scenes.put(
                "confirmTotp",
                () -> {
                    ApiClient member = server.with(server.logIn(fresh()).ok("accessToken"));
                    return new TotpApp(member, server.clock)::confirm;
                });
        scenes.put("beginPasskey", () -> () -> owner.post("/me/passkey-questions", SHOWN_PASSWORD));
        scenes.put(
                "addPasskey",
                () -> {
                    SoftAuthenticator authenticator = new SoftAuthenticator("localhost");
                    Answer question = owner.post("/me/passkey-questions", SHOWN_PASSWORD).has(201);
                    String answer = authenticator.create(question.json(), ORIGIN);
                    return () -> owner.post("/me/passkeys", answer);
                });
        scenes.put(
                "removeOwnFactor",
                () -> {
                    ApiClient member = server.session(fresh());
                    String factor = member.get("/me/factors").text("/items/0/id");
                    return () -> member.delete("/me/factors/" + factor);
                });
        scenes.put("renewRecoveryCodes", () -> () -> owner.post("/me/recovery-codes"));
        scenes.put(
                "resetMemberFactors",
                () -> {
                    String member = "/members/" + support() + "/factors";
                    return () -> owner.delete(member);
                });
    }

    private void proofs() {
        scenes.put(
                "askForPasskey", () -> () -> server.anybody().post("/sessions/passkey-questions"));
        scenes.put(
                "proveSecondFactor",
                () -> {
                    String email = fresh();
                    ApiClient member = server.with(server.logIn(email).ok("accessToken"));
                    String code =
                            new TotpApp(member, server.clock).confirm().text("/recoveryCodes/0");
                    String challenge = server.logIn(email).has(202).text("/question/challenge");
                    String proof =
                            "{\"challenge\":\"%s\",\"proof\":{\"recoveryCode\":\"%s\"}}"
                                    .formatted(challenge, code);
                    return () -> server.anybody().post("/sessions/second-factor", proof);
                });
        scenes.put("askToStepUp", () -> () -> owner.post("/me/proof-questions"));
        scenes.put(
                "stepUp",
                () -> {
                    ApiClient member = server.with(server.logIn(fresh()).ok("accessToken"));
                    TotpApp app = new TotpApp(member, server.clock);
                    app.confirm().has(201);
                    String proof = "{\"proof\":{\"totp\":\"" + app.code(1) + "\"}}";
                    return () -> member.post("/me/proofs", proof);
                });
        scenes.put(
                "changeOwnPassword",
                () -> {
                    ApiClient member = server.with(server.logIn(fresh()).ok("accessToken"));
                    String change =
                            "{\"password\":\"%s\",\"newPassword\":\"a heron above the weir, 5\"}"
                                    .formatted(ApiServer.PASSWORD);
                    return () -> member.post("/me/password", change);
                });
    }

    private Call logIn(String email) {
        return () -> server.logIn(email);
    }

    /** The address of a member who has just come. */
    private String fresh() {
        String email = "person-%d@example.org".formatted(serials++);
        server.member(owner, email, "support");
        return email;
    }

    private Answer invitation() {
        String email = "person-%d@example.org".formatted(serials++);
        return owner.post(
                "/invitations", "{\"email\":\"%s\",\"role\":\"support\"}".formatted(email));
    }

    private String support() {
        return server.member(owner, "person-%d@example.org".formatted(serials++), "support");
    }
}
