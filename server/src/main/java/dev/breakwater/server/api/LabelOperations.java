/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.label.DeviceLabel;
import dev.breakwater.server.label.DeviceLabelId;
import dev.breakwater.server.label.DeviceLabels;
import dev.breakwater.server.label.NewDeviceLabel;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.risk.Assurance;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** What a maker enters of the labels on its devices. */
final class LabelOperations {

    private final DeviceLabels labels;

    LabelOperations(DeviceLabels labels) {
        this.labels = labels;
    }

    void register(Handlers handlers) {
        handlers.on("listDeviceLabels", Permission.DEVICES_READ, this::list)
                .on(
                        "enterDeviceLabel",
                        Permission.DEVICES_WRITE,
                        this::enter,
                        AuditAction.DEVICE_LABEL_ENTERED)
                .on(
                        "enterDeviceLabelBatch",
                        Permission.DEVICES_WRITE,
                        this::enterBatch,
                        AuditAction.DEVICE_LABEL_ENTERED)
                .on("getDeviceLabel", Permission.DEVICES_READ, this::get)
                .on(
                        "withdrawDeviceLabel",
                        Permission.DEVICES_WRITE,
                        this::withdraw,
                        AuditAction.DEVICE_LABEL_WITHDRAWN);
    }

    record DeviceLabelView(
            String id,
            String product,
            String serial,
            String setupKeyHash,
            String assurance,
            Instant enteredAt,
            Optional<String> device) {
        static DeviceLabelView of(DeviceLabel label) {
            return new DeviceLabelView(
                    label.id().toString(),
                    label.product().toString(),
                    label.serial().text(),
                    label.key().text(),
                    label.assurance().code(),
                    label.enteredAt(),
                    label.device().map(DeviceId::toString));
        }
    }

    record DeviceLabelBatchView(int labels) {}

    private Reply enter(AuthenticatedCaller caller, Call call) throws ContractViolation {
        List<NewDeviceLabel> wanted = List.of(wanted(call.body()));
        return answer(
                entering(caller, call, wanted),
                entered ->
                        Reply.created(
                                DeviceLabelView.of(entered.getFirst()),
                                "/api/v1/device-labels/" + entered.getFirst().id()));
    }

    private Reply enterBatch(AuthenticatedCaller caller, Call call) throws ContractViolation {
        List<NewDeviceLabel> wanted =
                call.body().path("labels").valueStream().map(LabelOperations::wanted).toList();
        return answer(
                entering(caller, call, wanted),
                entered -> Reply.created(new DeviceLabelBatchView(entered.size())));
    }

    private static NewDeviceLabel wanted(JsonNode label) {
        return new NewDeviceLabel(
                new DeviceSerial(label.path("serial").asString("")),
                new SetupKeyHash(label.path("setupKeyHash").asString("")));
    }

    private DeviceLabels.Entering entering(
            AuthenticatedCaller caller, Call call, List<NewDeviceLabel> wanted) {
        return labels.enter(
                caller.organization(),
                ProductId.parse(call.text("product")),
                wanted,
                call.member("assurance")
                        .map(node -> Assurance.of(node.stringValue()))
                        .orElse(Assurance.SOFTWARE_KEY),
                caller.actor());
    }

    private static Reply answer(
            DeviceLabels.Entering entering, Function<List<DeviceLabel>, Reply> entered)
            throws ContractViolation {
        return switch (entering) {
            case DeviceLabels.Entering.Entered(var stored) -> entered.apply(stored);
            case DeviceLabels.Entering.NoSuchProduct() -> Problems.notFound();
            case DeviceLabels.Entering.AssuranceTooLow(Assurance lowest) ->
                    throw ContractViolation.member(
                            "/assurance",
                            "is less than the product's risk profile asks for: " + lowest.code());
            case DeviceLabels.Entering.Taken(DeviceSerial serial) ->
                    Problems.notPossibleNow(
                            "The serial %s, or its key, is on another label already; nothing was entered."
                                    .formatted(serial));
            case DeviceLabels.Entering.OutsideLimits(String why) -> Problems.limitReached(why);
        };
    }

    private Reply get(AuthenticatedCaller caller, Call call) {
        return labels.label(caller.organization(), labelId(call))
                .map(label -> Reply.ok(DeviceLabelView.of(label)))
                .orElseGet(Problems::notFound);
    }

    private Reply withdraw(AuthenticatedCaller caller, Call call) {
        return switch (labels.withdraw(caller.organization(), labelId(call), caller.actor())) {
            case WITHDRAWN -> Reply.noContent();
            case NO_SUCH_LABEL -> Problems.notFound();
            case IN_USE ->
                    Problems.notPossibleNow(
                            "Its device belongs to somebody; revoke the device first.");
        };
    }

    private static DeviceLabelId labelId(Call call) {
        return call.id("deviceLabelId", DeviceLabelId::parse);
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        Optional<String> serial = call.values().optionalText("serial");
        if (serial.isPresent()) {
            List<DeviceLabelView> one =
                    labels
                            .label(caller.organization(), new DeviceSerial(serial.get()))
                            .map(DeviceLabelView::of)
                            .stream()
                            .toList();
            return Reply.ok(new Page<>(one, Optional.empty()));
        }
        Optional<DeviceLabelId> after = call.cursor(DeviceLabelId::parse);
        List<DeviceLabel> rows = labels.list(caller.organization(), after, count + 1);
        return Reply.ok(Page.of(rows, count, DeviceLabelView::of, label -> label.id().toString()));
    }
}
