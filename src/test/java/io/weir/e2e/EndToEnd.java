package io.weir.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A suite that runs the packaged product between two namespaces: needs root and the programs {@code tools/test} installs. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("namespace")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
@ExtendWith(LabExtension.class)
@interface EndToEnd {
}
