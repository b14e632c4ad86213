package io.weir.process;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.testkit.FakeOwnerLookup;

class FakeOwnerLookupTest extends OwnerLookupContractTest {
    private final FakeOwnerLookup fake = new FakeOwnerLookup(1000);
    private int port = 20000;

    @Override
    protected OwnerLookup lookup() {
        return fake;
    }

    @Override
    protected OwnedFlow openFlow(Protocol protocol) {
        Owner owner = new Owner(port, 1, "/usr/bin/client", "client", "me");
        OwnedFlow flow = new OwnedFlow(protocol, Endpoint.parse("10.0.0.1:" + port++), Endpoint.parse("10.0.0.2:443"), owner);
        fake.hide(protocol, flow.local(), flow.remote(), owner);
        return flow;
    }

    @Override
    protected OwnedListener openListener() {
        OwnedListener listener = new OwnedListener(Endpoint.parse("127.0.0.1:" + port++), new Owner(5, 1, "/usr/bin/proxy", "proxy", "me"));
        fake.listen(listener.reached(), listener.owner());
        return listener;
    }

    @Override
    protected void settle() {
        fake.answerAll();
    }
}
