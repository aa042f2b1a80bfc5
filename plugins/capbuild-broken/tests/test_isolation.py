"""One broken plugin is listed with its reason, and the rest work."""

from capbuild.plugins import Host, PluginStatus


def test_a_plugin_that_fails_on_import_is_listed_and_the_rest_work():
    host = Host()
    by_name = {info.name: info for info in host.plugin_infos}
    assert by_name["capbuild-broken"].status is PluginStatus.BROKEN
    assert by_name["capbuild-broken"].reason == "raised RuntimeError: this plugin is broken on purpose in import"
    assert by_name["capbuild-example"].status is PluginStatus.ACTIVE
    assert {"csv", "lines"} <= set(host.readers)
