/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.rollout.DevicePlace;
import dev.breakwater.server.rollout.DeviceUpdate;
import dev.breakwater.server.rollout.Explanation;
import dev.breakwater.server.rollout.Failure;
import dev.breakwater.server.rollout.FleetUpdates;
import dev.breakwater.server.rollout.Rollout;
import dev.breakwater.server.rollout.RolloutChange;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.RolloutJson;
import dev.breakwater.server.rollout.RolloutPlan;
import dev.breakwater.server.rollout.RolloutTarget;
import dev.breakwater.server.rollout.Rollouts;
import dev.breakwater.server.rollout.Tally;
import dev.breakwater.server.rollout.UpdateState;
import dev.breakwater.server.rollout.UpdateStop;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** How releases reach devices, and how they are stopped. */
final class RolloutOperations {

    private final FleetUpdates updates;
    private final Rollouts rollouts;

    RolloutOperations(FleetUpdates updates) {
        this.updates = updates;
        this.rollouts = updates.rollouts();
    }

    void register(Handlers handlers) {
        Permission read = Permission.ROLLOUTS_READ;
        Permission write = Permission.ROLLOUTS_WRITE;
        handlers.on("previewRollout", read, this::preview)
                .on("proposeRollout", write, this::propose, AuditAction.ROLLOUT_PROPOSED)
                .on("listRollouts", read, this::list)
                .on("getRollout", read, this::get)
                .on("listRolloutDevices", read, this::devices)
                .on("approveRollout", write, this::approve, AuditAction.ROLLOUT_APPROVED)
                .on("pauseRollout", write, this::pause, AuditAction.ROLLOUT_PAUSED)
                .on("resumeRollout", write, this::resume, AuditAction.ROLLOUT_RESUMED)
                .on("abortRollout", write, this::abort, AuditAction.ROLLOUT_ABORTED)
                .on("getUpdateStop", read, this::stop)
                .on("stopUpdates", write, this::stopAll, AuditAction.UPDATES_STOPPED)
                .on("allowUpdates", write, this::allowAll, AuditAction.UPDATES_ALLOWED);
    }

    record ExclusionView(String reason, String text, int devices, List<String> serials) {}

    record PreviewView(
            String version,
            int devices,
            List<Integer> waves,
            List<String> serials,
            List<ExclusionView> excluded) {}

    record RolloutView(
            String id,
            String product,
            String releaseId,
            String version,
            String sha256,
            boolean securityRelevant,
            String state,
            int wave,
            List<Tally> waves,
            Optional<Instant> soaksUntil,
            Optional<String> pausedFor,
            ObjectNode plan,
            Optional<ObjectNode> target,
            String proposedBy,
            Instant proposedAt,
            int approvalsNeeded,
            List<String> approvedBy) {}

    record RolloutDeviceView(
            String device,
            String serial,
            int wave,
            String state,
            String why,
            int attempts,
            int percent,
            Optional<Instant> until,
            Optional<String> failure,
            Instant changedAt) {}

    record StopView(
            boolean stopped, Optional<String> reason, Optional<String> by, Optional<Instant> at) {
        static StopView of(Optional<UpdateStop> stop) {
            return new StopView(
                    stop.isPresent(),
                    stop.map(UpdateStop::reason),
                    stop.map(UpdateStop::by),
                    stop.map(UpdateStop::at));
        }
    }

    private Reply preview(AuthenticatedCaller caller, Call call) {
        if (!isOfThem(caller, call)) {
            return Problems.notFound();
        }
        Rollouts.Proposal proposal;
        try {
            proposal = proposal(caller, call);
        } catch (IllegalArgumentException none) {
            return notPossible(none);
        }
        return switch (rollouts.preview(proposal)) {
            case Rollouts.Outcome.NoSuchRelease<Rollouts.Preview> _ -> Problems.notFound();
            case Rollouts.Outcome.NotPossible<Rollouts.Preview>(String why) ->
                    Problems.notPossibleNow(why);
            case Rollouts.Outcome.Done<Rollouts.Preview>(Rollouts.Preview preview) ->
                    Reply.ok(view(preview));
        };
    }

    private static PreviewView view(Rollouts.Preview preview) {
        List<ExclusionView> excluded =
                preview.excluded().stream()
                        .map(
                                some ->
                                        new ExclusionView(
                                                some.why().code(),
                                                some.words(),
                                                some.devices(),
                                                serials(some.examples())))
                        .toList();
        return new PreviewView(
                preview.release().version().text(),
                preview.devices(),
                preview.waves(),
                serials(preview.first()),
                excluded);
    }

    private static List<String> serials(List<Device> devices) {
        return devices.stream().map(device -> device.serial().text()).toList();
    }

    private Reply propose(AuthenticatedCaller caller, Call call) {
        if (!isOfThem(caller, call)) {
            return Problems.notFound();
        }
        Rollouts.Proposal proposal;
        try {
            proposal = proposal(caller, call);
        } catch (IllegalArgumentException none) {
            return notPossible(none);
        }
        return switch (rollouts.propose(proposal)) {
            case Rollouts.Outcome.NoSuchRelease<RolloutEntry> _ -> Problems.notFound();
            case Rollouts.Outcome.NotPossible<RolloutEntry>(String why) ->
                    Problems.notPossibleNow(why);
            case Rollouts.Outcome.Done<RolloutEntry>(RolloutEntry entry) ->
                    Reply.created(view(entry), "/api/v1/rollouts/" + entry.id());
        };
    }

    /** Asked before anything else is judged: to others all is as if there were nothing. */
    private boolean isOfThem(AuthenticatedCaller caller, Call call) {
        return rollouts.knows(
                caller.organization(),
                call.id("productId", ProductId::parse),
                ReleaseId.parse(call.text("releaseId")));
    }

    private static Rollouts.Proposal proposal(AuthenticatedCaller caller, Call call) {
        RolloutTarget target = RolloutJson.target(call.body().path("target"));
        RolloutPlan plan = RolloutJson.plan(call.body().path("plan"));
        return new Rollouts.Proposal(
                caller.organization(),
                call.id("productId", ProductId::parse),
                ReleaseId.parse(call.text("releaseId")),
                target,
                plan,
                caller.actor(),
                caller.member());
    }

    /** The contract lets no other than well-formed values through: what is left are their sums. */
    private static Reply notPossible(IllegalArgumentException why) {
        String text = String.valueOf(why.getMessage());
        return Problems.notPossibleNow(
                text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".");
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        Optional<ProductId> product = call.values().optionalText("product").map(ProductId::parse);
        List<RolloutEntry> rows =
                rollouts.list(
                        caller.organization(), product, call.cursor(RolloutId::parse), count + 1);
        return Reply.ok(Page.of(rows, count, this::view, entry -> entry.id().toString()));
    }

    /** With the target, which may be thousands of serials and stands in no list. */
    private Reply get(AuthenticatedCaller caller, Call call) {
        OrganizationId organization = caller.organization();
        return rollouts.find(organization, rollout(call))
                .map(
                        entry ->
                                Reply.ok(
                                        view(
                                                entry,
                                                rollouts.target(organization, entry.id())
                                                        .map(RolloutJson::of))))
                .orElseGet(Problems::notFound);
    }

    private RolloutView view(RolloutEntry entry) {
        return view(entry, Optional.empty());
    }

    private RolloutView view(RolloutEntry entry, Optional<ObjectNode> target) {
        Rollout rollout = entry.rollout();
        return new RolloutView(
                entry.id().toString(),
                rollout.product().toString(),
                entry.release().id().toString(),
                entry.release().version(),
                rollout.release().hex(),
                entry.release().security(),
                rollout.state().code(),
                rollout.wave() + 1,
                rollouts.tallies(entry.organization(), entry.id()),
                rollout.soaksUntil(),
                rollout.pausedFor(),
                RolloutJson.of(rollout.plan()),
                target,
                entry.proposedBy(),
                entry.proposedAt(),
                rollout.approvals().needed(),
                rollout.approvals().given().stream().map(Object::toString).sorted().toList());
    }

    private Reply devices(AuthenticatedCaller caller, Call call) throws ContractViolation {
        OrganizationId organization = caller.organization();
        Optional<RolloutEntry> entry = rollouts.find(organization, rollout(call));
        if (entry.isEmpty()) {
            return Problems.notFound();
        }
        int count = call.count(Limit.PAGE_ROWS);
        Optional<UpdateState> state =
                call.values()
                        .optionalText("state")
                        .map(code -> UpdateState.valueOf(code.toUpperCase(Locale.ROOT)));
        List<DevicePlace> rows =
                rollouts.places(
                        organization,
                        entry.get().id(),
                        state,
                        call.cursor(Integer::valueOf).orElse(-1),
                        count + 1);
        boolean stopped = updates.stops().stop(organization).isPresent();
        return Reply.ok(
                Page.of(
                        rows,
                        count,
                        place -> view(entry.get(), place, stopped),
                        place -> Integer.toString(place.position())));
    }

    private static RolloutDeviceView view(RolloutEntry entry, DevicePlace place, boolean stopped) {
        DeviceUpdate update = place.update();
        return new RolloutDeviceView(
                place.device().toString(),
                place.serial().text(),
                update.wave() + 1,
                update.state().code(),
                Explanation.of(entry, place, stopped),
                update.attempts(),
                update.progress().percent(),
                update.awaited(),
                update.failure().map(Failure::code),
                place.changedAt());
    }

    private Reply approve(AuthenticatedCaller caller, Call call) {
        if (rollouts.find(caller.organization(), rollout(call)).isEmpty()) {
            return Problems.notFound();
        }
        if (caller.member().isEmpty()) {
            return Problems.notPossibleNow(
                    "A person stands for a rollout, who has logged in; a token cannot.");
        }
        return reply(
                rollouts.approve(
                        caller.organization(),
                        rollout(call),
                        caller.member().get(),
                        caller.actor()),
                "It waits for nobody's approval, or not for that of whoever proposed it.");
    }

    private Reply pause(AuthenticatedCaller caller, Call call) {
        return reply(
                rollouts.pause(
                        caller.organization(), rollout(call), call.text("reason"), caller.actor()),
                "It does not offer anything.");
    }

    private Reply resume(AuthenticatedCaller caller, Call call) {
        return reply(
                rollouts.resume(caller.organization(), rollout(call), caller.actor()),
                "It is not paused.");
    }

    private Reply abort(AuthenticatedCaller caller, Call call) {
        return reply(
                rollouts.abort(
                        caller.organization(), rollout(call), call.text("reason"), caller.actor()),
                "It has ended.");
    }

    private Reply reply(RolloutChange change, String notPossible) {
        return switch (change) {
            case RolloutChange.Changed(RolloutEntry entry) -> Reply.ok(view(entry));
            case RolloutChange.NotPossible(RolloutEntry entry) ->
                    Problems.notPossibleNow(
                            "The rollout is %s. %s"
                                    .formatted(entry.rollout().state().code(), notPossible));
            case RolloutChange.NoSuchRollout() -> Problems.notFound();
        };
    }

    private Reply stop(AuthenticatedCaller caller, Call call) {
        return Reply.ok(StopView.of(updates.stops().stop(caller.organization())));
    }

    private Reply stopAll(AuthenticatedCaller caller, Call call) {
        UpdateStop stop =
                updates.stops().stopAll(caller.organization(), call.text("reason"), caller.actor());
        return Reply.ok(StopView.of(Optional.of(stop)));
    }

    private Reply allowAll(AuthenticatedCaller caller, Call call) {
        return updates.stops().allowAll(caller.organization(), caller.actor())
                ? Reply.noContent()
                : Problems.notFound();
    }

    private static RolloutId rollout(Call call) {
        return call.id("rolloutId", RolloutId::parse);
    }
}
