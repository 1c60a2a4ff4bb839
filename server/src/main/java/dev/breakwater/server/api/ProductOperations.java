/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.risk.RiskProfile;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Kinds of device. */
final class ProductOperations {

    private final DeviceStore devices;
    private final Clock clock;

    ProductOperations(DeviceStore devices, Clock clock) {
        this.devices = devices;
        this.clock = clock;
    }

    void register(Handlers handlers) {
        handlers.on("listProducts", Permission.PRODUCTS_READ, this::list)
                .on(
                        "createProduct",
                        Permission.PRODUCTS_WRITE,
                        this::create,
                        AuditAction.PRODUCT_CREATED)
                .on("getProduct", Permission.PRODUCTS_READ, this::get);
    }

    record ProductView(String id, String name, String riskProfile, Instant createdAt) {
        static ProductView of(Product product) {
            return new ProductView(
                    product.id().toString(),
                    product.name(),
                    product.risk().code(),
                    product.createdAt());
        }
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        List<Product> rows =
                devices.products(caller.organization(), call.cursor(ProductId::parse), count + 1);
        return Reply.ok(Page.of(rows, count, ProductView::of, product -> product.id().toString()));
    }

    private Reply create(AuthenticatedCaller caller, Call call) {
        String name = call.text("name");
        RiskProfile risk =
                call.member("riskProfile")
                        .map(node -> RiskProfile.of(node.stringValue()))
                        .orElse(RiskProfile.STANDARD);
        Product product =
                Product.named(ProductId.fresh(), caller.organization(), name, clock.instant())
                        .of(risk);
        AuditEvent event =
                AuditEvent.of(
                        caller.organization(),
                        caller.actor(),
                        AuditAction.PRODUCT_CREATED,
                        "product:" + product.id(),
                        Map.of("name", name, "risk-profile", risk.code()));
        return devices.addProduct(product, event)
                .map(made -> Reply.created(ProductView.of(made), "/api/v1/products/" + made.id()))
                .orElseGet(() -> Problems.nameTaken("product", name));
    }

    private Reply get(AuthenticatedCaller caller, Call call) {
        return devices.product(caller.organization(), call.id("productId", ProductId::parse))
                .map(product -> Reply.ok(ProductView.of(product)))
                .orElseGet(Problems::notFound);
    }
}
