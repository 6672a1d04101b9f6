import type { AlertPlainKey } from '../../../i18n/ta.ts'

/** What fields of kinds are called; one that is not here is called by its name. */
export const FIELD_WORDS: Readonly<Record<string, AlertPlainKey>> = {
  server: 'field.server',
  url: 'field.url',
  topic: 'field.topic',
  token: 'field.token',
  user: 'field.user',
  username: 'field.user',
  password: 'field.password',
  host: 'field.host',
  port: 'field.port',
  from: 'field.from',
  to: 'field.to',
  chat_id: 'field.chatId',
  thread_id: 'field.threadId',
  room: 'field.room',
  room_id: 'field.room',
  headers: 'field.headers',
  secret: 'field.secret',
  signing_key: 'field.secret',
  webhook_url: 'field.webhookUrl',
  security: 'field.security',
  priority: 'field.priority',
  warning_priority: 'field.warningPriority',
  critical_priority: 'field.criticalPriority',
  access_token: 'field.token',
  app_token: 'field.appToken',
  user_key: 'field.userKey',
  bot_token: 'field.botToken',
  urls: 'field.urls',
  key: 'field.key',
  device: 'field.device',
}

export const FIELD_HINTS: Readonly<Record<string, AlertPlainKey>> = {
  topic: 'hintField.topic',
  headers: 'hintField.pairs',
  secret: 'hintField.secret',
  signing_key: 'hintField.secret',
  contact: 'hintField.contact',
  to: 'hintField.lines',
}
