/** Messages about what agents are asked to collect; they come with what shows them (see `tc`). */
export const collectionMessages = {
  'collection.collectors': 'Collectors',
  'collection.collectorsHint':
    'What agents are asked to leave out. Each machine’s owner may have switched off more with flags of the agent, which cannot be undone from here.',
  'collector.docker': 'Containers',
  'collector.guests': 'LXC and QEMU guests',
  'collector.processes': 'Processes',
  'collector.units': 'Failed units of systemd',
  'collector.gpu': 'Graphics cards',
  'collector.smart': 'Health of disks',
  'collector.sensors': 'Temperatures and fans',
  'hostCollection.title': (host: string) => `What ${host} collects`,
  'hostCollection.text':
    'What is asked of its agent, what the machine permits and what is in force. The agent follows with its next push.',
  'hostCollection.asFleet': (fleet: string) => `As the fleet (${fleet})`,
  'hostCollection.collector': 'Collector',
  'hostCollection.asked': 'Asked',
  'hostCollection.permits': 'Permitted',
  'hostCollection.inForce': 'In force',
  'hostCollection.askedOf': (collector: string) => `Asked: ${collector}`,
  'hostCollection.auto': 'On',
  'hostCollection.off': 'Off',
  'hostCollection.yes': 'Yes',
  'hostCollection.no': 'No',
  'hostCollection.unknown': 'Unknown',
  'hostCollection.intervalInForce': (interval: string) => `In force: ${interval}`,
} as const
