import script from '../../../../deploy/install/install.sh' with { type: 'text' }
import openrc from '../../../../deploy/openrc/lumen-agent' with { type: 'text' }
import autoUpdate from '../../../../deploy/systemd/auto-update.conf' with { type: 'text' }
import systemd from '../../../../deploy/systemd/lumen-agent.service' with { type: 'text' }

/** What the hub serves as /install.sh: the script with the texts of the services it installs. */
export const INSTALL_SCRIPT = script
  .replace('@SYSTEMD_UNIT@\n', () => systemd)
  .replace('@SYSTEMD_AUTO_UPDATE@\n', () => autoUpdate)
  .replace('@OPENRC_SCRIPT@\n', () => openrc)
