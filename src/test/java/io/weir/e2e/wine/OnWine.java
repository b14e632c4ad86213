package io.weir.e2e.wine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A suite that runs the packaged product on a Windows JVM under Wine, in the lab: needs root and what {@code tools/wine/setup} brings. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("namespace")
@Timeout(value = 400, unit = TimeUnit.SECONDS)
@ExtendWith(WineLabExtension.class)
@interface OnWine {
}
