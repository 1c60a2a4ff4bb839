/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.cli.client.ApiRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The chapters with people in them: a colleague who helps customers, and the customer who bought
 * the tank. Each comes in by invitation and sees what their role lets them see.
 */
final class PeopleStory implements AutoCloseable {

    private static final String COLLEAGUE = "ann@reef.example";
    private static final String NOBODYS_DEVICE = "00000000-0000-7000-8000-000000000000";
    private static final String BUYER = "bob@home.example";

    private final Operator operator;
    private final String tank;
    private final String other;
    private final Duration patience;
    private @Nullable Person colleague;
    private @Nullable Person buyer;

    /**
     * People around these devices.
     *
     * @param tank the buyer's
     * @param other somebody else's
     */
    PeopleStory(Operator operator, String tank, String other, Duration patience) {
        this.operator = operator;
        this.tank = tank;
        this.other = other;
        this.patience = patience;
    }

    void play(Story story) throws Story.Failed {
        story.step("A colleague is invited as support and accepts with a password", this::invite);
        story.step("She sets up an authenticator app, and logs in with both", this::secondFactor);
        story.step("Support sends the tank a command, and may not revoke it", this::support);
        story.step("The tank's buyer is invited and entered as its owner", this::sell);
        story.step("He sees this one device, feeds his fish, knows of no other", this::own);
    }

    private String invite() {
        Person ann = accept(COLLEAGUE, "Ann", "support");
        colleague = ann;
        JsonNode member = ann.logIn();
        return member.path("email").asString() + " logs in, role " + member.path("role").asString();
    }

    private Person accept(String email, String name, String role) {
        return Person.accept(operator.profile(), email, name, operator.invite(email, role));
    }

    private String secondFactor() throws Story.Unexpected {
        Person ann = told(colleague);
        int codes = ann.setUpApp();
        Story.expect(codes > 0, "recovery codes are shown with the first factor");
        JsonNode member = ann.logIn();
        JsonNode factors = ann.acting().get(ApiRequest.get("me", "factors"));
        Story.expect(
                factors.at("/items/0").has("lastUsedAt"), "the server has seen the app's digits");
        return member.path("name").asString()
                + " logs in with password and six digits; "
                + codes
                + " recovery codes lie in a drawer";
    }

    private String support() throws Story.Unexpected {
        Operator ann = told(colleague).acting();
        String id = ann.device(tank).path("id").asString();
        JsonNode fed = feed(ann, id);
        String refusal = Person.refusal(() -> ann.revoke(id, "demo: not hers to decide"));
        Story.expect(
                refusal.contains("devices:revoke"), "a permission was missing, but: " + refusal);
        return "the tank replied "
                + fed.path("result")
                + "%nthe server replied \"%s\"".formatted(refusal);
    }

    private String sell() throws Story.Unexpected {
        Person bob = accept(BUYER, "Bob", "device-owner");
        buyer = bob;
        String member = bob.logIn().path("id").asString();
        JsonNode before = bob.acting().get(ApiRequest.get("devices"));
        Story.expect(before.path("items").isEmpty(), "a buyer without devices sees none");
        operator.post(
                Operator.object().put("memberId", member),
                "devices",
                operator.device(tank).path("id").asString(),
                "owners");
        return tank + " is " + BUYER + "'s";
    }

    private String own() throws Story.Unexpected {
        Operator bob = told(buyer).acting();
        JsonNode seen = bob.get(ApiRequest.get("devices")).path("items");
        Story.expect(
                seen.size() == 1 && seen.at("/0/serial").asString().equals(tank),
                "the buyer sees " + seen);
        JsonNode fed = feed(bob, seen.at("/0/id").asString());
        String otherId = operator.device(other).path("id").asString();
        String refusal = Person.refusal(() -> bob.get(ApiRequest.get("devices", otherId)));
        String unknown = Person.refusal(() -> bob.get(ApiRequest.get("devices", NOBODYS_DEVICE)));
        Story.expect(
                refusal.equals(unknown),
                "somebody else's device was to look like none, but: " + refusal);
        return "sees "
                + seen.at("/0/serial").asString()
                + "; the tank replied "
                + fed.path("result")
                + "%nof %s the server says \"%s\"".formatted(other, refusal);
    }

    private JsonNode feed(Operator who, String device) throws Story.Unexpected {
        JsonNode command =
                who.command(device, "feed", Operator.object().put("portions", 1), patience);
        Story.expect(
                command.path("state").asString().equals("succeeded"),
                "the command succeeded, but it is " + command);
        return command;
    }

    /** The customer who bought the first tank. */
    Person buyer() {
        return told(buyer);
    }

    private static Person told(@Nullable Person person) {
        if (person == null) {
            throw new IllegalStateException("the story has not come to this person yet");
        }
        return person;
    }

    @Override
    public void close() {
        if (colleague != null) {
            colleague.close();
        }
        if (buyer != null) {
            buyer.close();
        }
    }
}
